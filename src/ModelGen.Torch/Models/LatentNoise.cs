using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>Normally distributed latents from a seed, drawn on the CPU so that they are the same on every device.</summary>
internal static class LatentNoise
{
    /// <summary>N(0, 1) of the given shape, from a seed.</summary>
    public static Tensor Normal(long[] shape, ulong seed, Device device)
    {
        using var generator = new Generator(seed);
        return Normal(shape, generator, device);
    }

    /// <summary>The generator's next N(0, 1) numbers, of the given shape.</summary>
    public static Tensor Normal(long[] shape, Generator generator, Device device)
    {
        var noise = randn(shape, generator: generator);
        if (device.type == DeviceType.CPU)
        {
            return noise;
        }

        using (noise)
        {
            return noise.to(device);
        }
    }
}
