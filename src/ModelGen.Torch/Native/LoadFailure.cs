using System.Text.RegularExpressions;

namespace ModelGen.Native;

/// <summary>What to tell a person when libtorch cannot be used.</summary>
internal static partial class LoadFailure
{
    private static readonly string[] Supported = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    /// <exception cref="ModelGenException">There is no libtorch package for the platform.</exception>
    public static void CheckPlatform(string platform)
    {
        if (!Supported.Contains(platform))
        {
            throw new ModelGenException(
                $"ModelGen cannot train or sample on {platform}: TorchSharp {Libtorch.TorchSharpVersion} has native libraries for "
                    + $"{string.Join(", ", Supported)} only; run it on one of these, or in a glibc-based x64 container."
            );
        }
    }

    /// <exception cref="ModelGenException">Another TorchSharp is loaded.</exception>
    public static void CheckTorchSharp(Version? found)
    {
        if (found?.ToString(3) != Libtorch.TorchSharpVersion)
        {
            throw new ModelGenException(
                $"TorchSharp {found} is loaded, but ModelGen is made for TorchSharp {Libtorch.TorchSharpVersion}: "
                    + $"reference TorchSharp {Libtorch.TorchSharpVersion} in the project."
            );
        }
    }

    /// <param name="found">What the library says of itself; null when it is too old to say.</param>
    /// <exception cref="ModelGenException">Another libtorch is loaded.</exception>
    public static void CheckLibtorch(Version? found)
    {
        if (found?.ToString(3) != Libtorch.Version)
        {
            throw new ModelGenException(
                $"libtorch {found?.ToString(3) ?? "of an older version"} is loaded, but ModelGen is made for libtorch {Libtorch.Version}: "
                    + $"reference a libtorch package of version {Libtorch.Version}, and none of another, in the project that is run."
            );
        }
    }

    /// <summary>Turns the loader's refusal into a sentence that says what is missing and what to do.</summary>
    /// <param name="platform">Where the program runs, such as <c>linux-x64</c>.</param>
    /// <param name="file">The library as it was found on disk; null when it is nowhere.</param>
    /// <param name="error">The runtime's exception, which carries the loader's words.</param>
    public static ModelGenException Explain(string platform, string? file, Exception error)
    {
        if (file is null)
        {
            return new ModelGenException(
                $"libtorch is missing: add the package libtorch-cpu-{platform} version {Libtorch.Version} (or TorchSharp-cpu version "
                    + $"{Libtorch.TorchSharpVersion}, which brings it for every system) to the project that is run, and build it again.",
                error
            );
        }

        var missing = MissingVersion().Match(error.Message);
        if (!missing.Success)
        {
            return new ModelGenException(
                $"'{file}' is there but the system cannot load it ({LoaderWords(error)}): restore and build the project again, so "
                    + "that all of "
                    + "libtorch's files are beside it.",
                error
            );
        }

        var version = missing.Groups["version"].Value;
        return version.StartsWith("GLIBCXX_", StringComparison.Ordinal)
            ? new ModelGenException(
                $"'{file}' asks for {version}, which this system's C++ library lacks: reference the ModelGen package in the "
                    + "project that is "
                    + "run and build it again, its build replaces this file by one that needs no such version (or install libstdc++ "
                    + "13 or later).",
                error
            )
            : new ModelGenException(
                $"'{file}' asks for {version}, which this system is too old to have: use a system with glibc 2.34 or later, such as "
                    + "Debian 12, Ubuntu 22.04 or Red Hat Enterprise Linux 9.",
                error
            );
    }

    // The runtime's message is advice in general, then a line with the loader's reason.
    private static string LoaderWords(Exception error) =>
        error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1];

    [GeneratedRegex(@"version `(?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();
}
