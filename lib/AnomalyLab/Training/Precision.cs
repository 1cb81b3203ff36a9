using System.Text.Json.Serialization;
using AnomalyLab.Models;
using FastTorch;
using TorchSharp;

namespace AnomalyLab.Training;

/// <summary>What most convolutions compute in while training. Weights, batch statistics and the loss stay in 32 bits.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Precision>))]
public enum Precision
{
    /// <summary><see cref="Bf16"/> where the processor has instructions for it, or there is CUDA; else <see cref="Fp32"/>.</summary>
    Auto,

    /// <summary>32-bit floats.</summary>
    Fp32,

    /// <summary>16-bit floats with the range of 32-bit ones and 8 bits of precision; not in the first steps (<see cref="TrainingOptions.Fp32Steps"/>).</summary>
    Bf16,
}

/// <summary>Which precision suits this machine.</summary>
public static class PrecisionChoice
{
    /// <summary>Replaces <see cref="Precision.Auto"/> by what suits this machine.</summary>
    /// <param name="precision">What was asked for.</param>
    /// <returns><see cref="Precision.Fp32"/> or <see cref="Precision.Bf16"/>.</returns>
    public static Precision OnThisMachine(this Precision precision) =>
        precision != Precision.Auto ? precision
        : Compute.Device.type == DeviceType.CUDA || (Compute.Device.type == DeviceType.CPU && Bf16Support.IsFast) ? Precision.Bf16
        : Precision.Fp32;
}
