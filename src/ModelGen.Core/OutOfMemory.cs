using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ModelGen;

/// <summary>
/// Memory that a device does not have. libtorch's words for it come as an exception like any other, with a page of its own functions behind
/// them.
/// </summary>
internal static partial class OutOfMemory
{
    /// <summary>An exception that says so in one sentence; null where an exception says something else.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="remedy">What to do, as the end of the sentence.</param>
    public static ModelGenException? Explain(Exception exception, string remedy) =>
        Missing(exception) is { } missing ? new ModelGenException($"There is no room for {missing}; {remedy}.", exception) : null;

    /// <summary>A number of bytes as people say it.</summary>
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
