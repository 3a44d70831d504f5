using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>Where a run computes: chosen once, by a word that a person can write.</summary>
public static class Devices
{
    /// <summary>The word for the best device that there is: CUDA, then Apple's MPS, then the CPU.</summary>
    public const string Auto = "auto";

    /// <summary>The device of a word.</summary>
    /// <param name="word"><c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>, or the number of a CUDA device.</param>
    /// <returns>The device, which is there.</returns>
    /// <exception cref="ModelGenException">The word is none of these, or there is no such device; the message says what there
    /// is.</exception>
    public static Device Choose(string word = Auto)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        Libtorch.Load();
        var (type, index) = Choose(word, cuda.is_available() ? cuda.device_count() : 0, mps_is_available());
        return type == DeviceType.CUDA ? new Device(type, index) : new Device(type);
    }

    /// <summary>The kind and the number of the device of a word where there are so many CUDA devices, and MPS or not.</summary>
    internal static (DeviceType Type, int Index) Choose(string word, int cudaCount, bool hasMps)
    {
        var isNumber = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        var kind = isNumber ? "cuda" : word.Split(':')[0];
        if (!isNumber && word.Split(':') is [_, var digits])
        {
            kind = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out index) ? kind : "";
        }

        switch (
            word == Auto
                ? cudaCount > 0
                    ? "cuda"
                    : hasMps
                        ? "mps"
                        : "cpu"
                : kind
        )
        {
            case "cpu" when index == 0:
                return (DeviceType.CPU, 0);
            case "cuda" when index < cudaCount:
                return (DeviceType.CUDA, index);
            case "cuda":
                throw new ModelGenException(
                    cudaCount == 0
                        ? $"There is no CUDA device here for '{word}': the driver finds none, or libtorch is the build for the CPU; "
                            + "add the package of libtorch for CUDA, or take 'cpu'."
                        : $"There is no CUDA device '{word}' here; there are cuda:0 to cuda:{cudaCount - 1}."
                );
            case "mps" when index == 0 && hasMps:
                return (DeviceType.MPS, 0);
            case "mps":
                throw new ModelGenException($"There is no device '{word}' here: MPS is that of Apple's processors; take 'cpu'.");
            default:
                throw new ModelGenException(
                    $"'{word}' is not a device; write auto, cpu, cuda, cuda:1, mps or the number of a CUDA device."
                );
        }
    }
}
