using TorchSharp;

namespace AnomalyLab.Native;

/// <summary>The one choice of where tensors are computed.</summary>
public static class Compute
{
    /// <summary>The device of this machine: CUDA where there is one, else Apple's MPS, else the processor.</summary>
    public static torch.Device Device =>
        torch.cuda.is_available() ? torch.CUDA
        : torch.mps_is_available() ? torch.MPS
        : torch.CPU;
}
