using AnomalyLab.Display;
using TorchSharp;

namespace AnomalyLab.Models;

/// <summary>Chooses, in one place, the device that tensors are computed on.</summary>
public static class Compute
{
    /// <summary>The device of this machine: CUDA where there is one, else Apple's MPS, else the processor.</summary>
    public static torch.Device Device =>
        torch.cuda.is_available() ? torch.CUDA
        : torch.mps_is_available() ? torch.MPS
        : torch.CPU;

    /// <summary>The device in words, and on the processor how many threads compute.</summary>
    public static string Description =>
        Device.type == DeviceType.CPU ? Texts.Format($"the processor (threads: {torch.get_num_threads()})") : $"{Device}";

    /// <summary>Where a model's weights are.</summary>
    internal static torch.Device DeviceOf(torch.nn.Module model) => model.parameters().FirstOrDefault()?.device ?? torch.CPU;

    /// <summary>Moves a batch to the device; the copy to CUDA is asynchronous.</summary>
    internal static torch.Tensor ToDevice(torch.Tensor batch, torch.Device device) =>
        device.type == DeviceType.CUDA ? batch.pin_memory().to(device, non_blocking: true) : batch.to(device);
}
