using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>Chooses the device of a run from a word that the user writes.</summary>
public static class Devices
{
    /// <summary>The word for the best available device: CUDA, then Apple's MPS, then the CPU.</summary>
    public const string Auto = "auto";

    /// <summary>Returns the device that a word names.</summary>
    /// <param name="word"><c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>, or the number of a CUDA device.</param>
    /// <returns>The device, which is available.</returns>
    /// <exception cref="ModelGenException">The word is none of these, or the device is not available; the message says which
    /// are.</exception>
    public static Device Choose(string word = Auto)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        Libtorch.Load();
        var (type, index) = Choose(word, cuda.is_available() ? cuda.device_count() : 0, mps_is_available());
        return type == DeviceType.CUDA ? new Device(type, index) : new Device(type);
    }

    /// <summary>
    /// The type and index of the device that a word names, given the number of CUDA devices and whether MPS is available.
    /// </summary>
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
                        ? $"There is no CUDA device here for '{word}': the driver finds none, or libtorch is the CPU build; "
                            + "add the CUDA package of libtorch, or use 'cpu'."
                    : cudaCount == 1 ? $"There is no CUDA device '{word}' here; the only one is cuda:0."
                    : $"There is no CUDA device '{word}' here; there are cuda:0 to cuda:{cudaCount - 1}."
                );
            case "mps" when index == 0 && hasMps:
                return (DeviceType.MPS, 0);
            case "mps":
                throw new ModelGenException(
                    hasMps
                        ? $"There is no device '{word}' here; the only MPS device is 'mps'."
                        : $"There is no device '{word}' here: libtorch finds no MPS, which needs an Apple processor; use 'cpu'."
                );
            default:
                throw new ModelGenException(
                    $"'{word}' is not a device; write auto, cpu, cuda, cuda:1, mps or the number of a CUDA device."
                );
        }
    }
}
