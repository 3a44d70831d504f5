using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ModelGen;

/// <summary>
/// Recognises that a device has run out of memory. libtorch reports it as an exception like any other, followed by a page of its own stack
/// trace.
/// </summary>
internal static partial class OutOfMemory
{
    /// <summary>A one-sentence exception for running out of memory; null if the exception has another cause.</summary>
    /// <param name="exception">The exception that was thrown.</param>
    /// <param name="remedy">What to do, as the end of the sentence.</param>
    public static ModelGenException? Explain(Exception exception, string remedy) =>
        Missing(exception) is { } missing ? new ModelGenException($"Out of memory: cannot allocate {missing}; {remedy}.", exception) : null;

    /// <summary>A human-readable number of bytes.</summary>
    public static string Text(long bytes) =>
        bytes switch
        {
            >= 1_000_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e12:0.##} TB"),
            >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.##} MB"),
        };

    private static string? Missing(Exception exception)
    {
        if (exception is OutOfMemoryException)
        {
            return "more on the CPU";
        }

        if (exception is not ExternalException)
        {
            return null;
        }

        if (OnCpu().Match(exception.Message) is { Success: true } cpu)
        {
            var isNumber = long.TryParse(cpu.Groups["bytes"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
            return $"{(isNumber ? Text(bytes) : "more")} on the CPU";
        }

        if (OnGpu().Match(exception.Message) is not { Success: true } gpu)
        {
            return null;
        }

        var index = gpu.Groups["index"];
        return $"{gpu.Groups["size"].Value} more on "
            + $"{(gpu.Groups["device"].Value == "MPS" ? "mps" : index.Success ? $"cuda:{index.Value}" : "cuda")}";
    }

    [GeneratedRegex(@"DefaultCPUAllocator: (?:can't allocate memory|not enough memory): you tried to allocate (?<bytes>\d+) bytes")]
    private static partial Regex OnCpu();

    [GeneratedRegex(
        @"(?<device>CUDA|HIP|MPS)(?: backend)? out of memory.*?Tried to allocate (?<size>[\d.]+ \w+)"
            + @"(?:\. GPU (?<index>\d+)| \(GPU (?<index>\d+))?",
        RegexOptions.Singleline
    )]
    private static partial Regex OnGpu();
}
