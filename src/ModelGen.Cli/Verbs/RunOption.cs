using System.CommandLine;
using System.Globalization;
using System.Numerics;
using ModelGen.Cli.Data;
using ModelGen.Cli.Specs;

namespace ModelGen.Cli.Verbs;

/// <summary>The options that several of the verbs that run a model have.</summary>
internal static class RunOption
{
    /// <summary>The folder of a run.</summary>
    public static Argument<string> Folder() => new("RUN") { Description = "the folder of a run" };

    /// <summary>Keys that have other values than in the file.</summary>
    /// <param name="example">What can be set.</param>
    public static Option<string[]> Set(string example) =>
        new(Setting.Option)
        {
            Description = $"another value for a key of the spec, checked like the file: {example}; can be repeated",
            HelpName = "KEY=VALUE",
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = static _ => [],
        };

    /// <summary>What to learn from.</summary>
    public static Option<string?> Data() =>
        new("--data")
        {
            Description =
                "what to learn from, recognised by its content: text, JSON lines, CSV, a folder of texts or images, IDX files, "
                + "NumPy arrays or tensors",
            HelpName = "PATH",
        };

    /// <summary>Looks at what the command line names to learn from.</summary>
    /// <param name="path">The path; null for none.</param>
    /// <exception cref="ModelGenException">There is nothing, or nothing that a model learns from.</exception>
    public static RecognisedData? Recognise(string? path) => path is null ? null : RecognisedData.Of(path);

    /// <summary>The device.</summary>
    public static Option<string> Device() =>
        new("--device")
        {
            Description = "where to compute: auto (CUDA, then MPS, then the CPU), cpu, cuda, cuda:1, mps",
            HelpName = "WORD",
            DefaultValueFactory = static _ => "auto",
        };

    /// <summary>The seed.</summary>
    /// <param name="what">What it determines.</param>
    public static Option<ulong?> Seed(string what) => Number<ulong>("--seed", what, 0, ulong.MaxValue);

    /// <summary>Whether files are replaced.</summary>
    public static Option<bool> Force() => new("--force") { Description = "replace a file that is there already" };

    /// <summary>A whole number.</summary>
    /// <param name="name">The option's name, with the dashes.</param>
    /// <param name="what">What it is, for the help.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most that it may be.</param>
    public static Option<T?> Number<T>(string name, string what, T least, T most)
        where T : struct, IBinaryInteger<T> =>
        new(name)
        {
            Description = what,
            HelpName = "N",
            CustomParser = result =>
            {
                if (
                    T.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= least
                    && number <= most
                )
                {
                    return number;
                }

                result.AddError($"{name} takes a whole number from {least} to {most}, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };
}
