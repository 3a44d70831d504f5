using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using ModelGen.Cli.Data;
using ModelGen.Cli.Specs;

namespace ModelGen.Cli.Verbs;

/// <summary>The options that several of the verbs that run a model have.</summary>
internal static partial class RunOption
{
    /// <summary>The folder of a run.</summary>
    public static Argument<string> Folder() => new("RUN") { Description = "the folder of a run" };

    /// <summary>Keys that have other values than in the file.</summary>
    /// <param name="example">What can be set.</param>
    public static Option<Setting[]> Set(string example) =>
        Repeated(
            Setting.Option,
            $"another value for a key of the spec, checked like the file: {example}; '{Setting.Nothing}' takes a key out; can be repeated",
            "KEY=VALUE",
            Setting.Parse,
            static setting => setting.Key
        );

    /// <summary>An option that can be given several times, each time for another key.</summary>
    /// <param name="name">The option's name, with the dashes.</param>
    /// <param name="what">What it is, for the help.</param>
    /// <param name="form">The form of its value, for the help.</param>
    /// <param name="parse">Reads a value.</param>
    /// <param name="keyOf">The key that a value is for.</param>
    public static Option<T[]> Repeated<T>(string name, string what, string form, Func<string, T> parse, Func<T, string> keyOf) =>
        new(name)
        {
            Description = what,
            HelpName = form,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = static _ => [],
            CustomParser = result =>
            {
                try
                {
                    var values = result.Tokens.Select(token => parse(token.Value)).ToArray();
                    if (values.GroupBy(keyOf).FirstOrDefault(static same => same.Count() > 1) is { } twice)
                    {
                        result.AddError($"{name} sets '{twice.Key}' twice.");
                    }

                    return values;
                }
                catch (ModelGenException exception)
                {
                    result.AddError(exception.Message);
                    return [];
                }
            },
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
    public static Option<string> Device()
    {
        var device = new Option<string>("--device")
        {
            Description = "where to compute: auto (CUDA, then MPS, then the CPU), cpu, cuda, cuda:1, mps",
            HelpName = "WORD",
            DefaultValueFactory = static _ => "auto",
        };
        device.Validators.Add(static given =>
        {
            if (given.Tokens is [{ Value: var word }] && !DeviceWord().IsMatch(word))
            {
                given.AddError($"'{word}' is not a device; write auto, cpu, cuda, cuda:1 or mps.");
            }
        });
        return device;
    }

    /// <summary>A PNG file that is written.</summary>
    /// <param name="what">What it shows.</param>
    /// <param name="name">What it is called where nothing is said.</param>
    public static Option<string> Picture(string what, string name)
    {
        var picture = new Option<string>("--out")
        {
            Description = $"{what} ({name})",
            HelpName = "FILE.png",
            DefaultValueFactory = _ => name,
        };
        picture.Validators.Add(static given =>
        {
            if (given.Tokens is [{ Value: var file }] && !file.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            {
                given.AddError($"'{file}' is no name for a PNG file; let it end in .png.");
            }
        });
        return picture;
    }

    /// <summary>The namespace of generated code.</summary>
    public static Option<string?> Namespace()
    {
        var space = new Option<string?>("--namespace") { Description = "the namespace of the code (none)", HelpName = "NAME" };
        space.Validators.Add(static given =>
        {
            if (given.Tokens is [{ Value: var name }] && !NamespaceName().IsMatch(name))
            {
                given.AddError($"'{name}' is no namespace of C#; write names of letters and digits with dots between, such as My.Models.");
            }
        });
        return space;
    }

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

    // What the runtime takes for one, see Devices.
    [GeneratedRegex(@"^(auto|cpu(:0)?|mps(:0)?|cuda(:\d+)?|\d+)$")]
    private static partial Regex DeviceWord();

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{Nd}_]*(\.[\p{L}_][\p{L}\p{Nd}_]*)*$")]
    private static partial Regex NamespaceName();
}
