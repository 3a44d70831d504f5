using System.Text.RegularExpressions;

namespace ModelGen.Native;

/// <summary>The messages for a libtorch that cannot be used.</summary>
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
                    + $"{string.Join(", ", Supported)} only; run on one of these, or in a glibc-based x64 container."
            );
        }
    }

    /// <exception cref="ModelGenException">Another TorchSharp is loaded.</exception>
    public static void CheckTorchSharp(Version? found)
    {
        if (found?.ToString(3) != Libtorch.TorchSharpVersion)
        {
            throw new ModelGenException(
                $"TorchSharp {found} is loaded, but ModelGen is built for TorchSharp {Libtorch.TorchSharpVersion}: "
                    + $"reference TorchSharp {Libtorch.TorchSharpVersion} in the project."
            );
        }
    }

    /// <param name="found">The version that the library reports; null if it is too old to report one.</param>
    /// <exception cref="ModelGenException">Another libtorch is loaded.</exception>
    public static void CheckLibtorch(Version? found)
    {
        if (found?.ToString(3) != Libtorch.Version)
        {
            throw new ModelGenException(
                $"libtorch {found?.ToString(3) ?? "of an older version"} is loaded, but ModelGen is built for libtorch {Libtorch.Version}: "
                    + $"in the startup project, reference a libtorch package of version {Libtorch.Version} and of no other version."
            );
        }
    }

    /// <summary>Turns the loader's error into a message that says what is missing and what to do.</summary>
    /// <param name="platform">The platform, such as <c>linux-x64</c>.</param>
    /// <param name="file">The path at which the library was found; null if it was not found.</param>
    /// <param name="error">The runtime's exception, which contains the loader's message.</param>
    public static ModelGenException Explain(string platform, string? file, Exception error)
    {
        if (file is null)
        {
            return new ModelGenException(
                $"libtorch is missing: add the package libtorch-cpu-{platform} version {Libtorch.Version} (or TorchSharp-cpu version "
                    + $"{Libtorch.TorchSharpVersion}, which brings it for every platform) to the startup project, and rebuild it.",
                error
            );
        }

        var missing = MissingVersion().Match(error.Message);
        if (!missing.Success)
        {
            return new ModelGenException(
                $"'{file}' exists but the system cannot load it ({LoaderWords(error)}): restore and rebuild the project, so that "
                    + "all of libtorch's files are next to it.",
                error
            );
        }

        var version = missing.Groups["version"].Value;
        return version.StartsWith("GLIBCXX_", StringComparison.Ordinal)
            ? new ModelGenException(
                $"'{file}' requires {version}, which this system's C++ library lacks: reference the ModelGen package in the startup "
                    + "project and rebuild it, which replaces this file with one that does not need that version (or install "
                    + "libstdc++ 13 or later).",
                error
            )
            : new ModelGenException(
                $"'{file}' requires {version}, for which this system is too old: use a system with glibc 2.34 or later, such as "
                    + "Debian 12, Ubuntu 22.04 or Red Hat Enterprise Linux 9.",
                error
            );
    }

    // The runtime's message gives general advice, then a line with the loader's reason.
    private static string LoaderWords(Exception error) =>
        error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1];

    [GeneratedRegex(@"version `(?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();
}
