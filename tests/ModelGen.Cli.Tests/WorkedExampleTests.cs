using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests;

namespace ModelGen.Cli.Tests;

/// <summary>
/// What the page of a family shows of a terminal is what the command writes, line after line, whatever the numbers: its commands are run
/// on small data of the same names, and train for ten steps.
/// </summary>
public sealed partial class WorkedExampleTests : IDisposable
{
    private const string Short = "training.duration=10 steps";

    private static readonly string[] Plain = ["--set", "training.schedule=constant"];

    // More than the features by which images are compared, so that nothing is said about too few.
    private const int Images = 200;

    private static readonly string[] Months =
    [
        .. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Where(static name => name.Length > 0),
    ];

    private readonly Terminal _terminal = new();

    public static TheoryData<string> Families => [.. Repository.Pages.Where(IsFamily)];

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void TheTerminalShowsIt(string page)
    {
        var text = Repository.Read(page).ReplaceLineEndings("\n");
        WriteSpecs(text);
        WriteData();
        var shown = Transcript.OfPage(page);
        Assert.NotEmpty(shown);
        foreach (var step in shown)
        {
            var (code, output, error) = _terminal.Run([.. Quickly(step.Arguments)]);
            Assert.True((code, error) is (0, ""), $"{step}: {error}{output}");

            // The words of a model that was hardly trained are its own.
            if (step.Arguments[0] != "sample" || output.StartsWith("the images", StringComparison.Ordinal))
            {
                step.AssertPrinted(output);
            }
        }
    }

    /// <summary>Blocks of a terminal stand where a test runs them: on these pages, those of the page itself.</summary>
    [Fact]
    public void ATerminalIsShownOnlyWhereItIsRun() =>
        Assert.Empty(
            Repository
                .Pages.Where(static page => !IsFamily(page) && Console().IsMatch(Repository.Read(page).ReplaceLineEndings("\n")))
                .Except(["docs/first-steps.md", "docs/command.md"])
        );

    // With a short training, in which no schedule has time to warm up.
    private static IEnumerable<string> Quickly(IReadOnlyList<string> arguments) =>
        arguments[0] != "train" ? arguments
        : arguments.Any(IsDuration) ? arguments.Select(static word => IsDuration(word) ? Short : word).Concat(Plain)
        : arguments.Concat(["--set", Short, .. Plain]);

    private static bool IsDuration(string word) => word.StartsWith("training.duration=", StringComparison.Ordinal);

    // Those that the text before a block names, and those of the examples.
    private void WriteSpecs(string page)
    {
        foreach (var path in Repository.Specs.Where(static path => path.StartsWith("examples/", StringComparison.Ordinal)))
        {
            _terminal.Write(Path.GetFileName(path), Repository.Read(path));
        }

        foreach (var spec in NamedSpec().Matches(page).AsEnumerable())
        {
            _terminal.Write(spec.Groups["name"].Value, spec.Groups["text"].Value);
        }
    }

    private void WriteData()
    {
        _terminal.Write(
            "plays.txt",
            string.Concat(Enumerable.Range(0, 800).Select(static number => $"the {number % 37} of {number % 11} is said.\n"))
        );
        _terminal.Write(
            "dates.jsonl",
            string.Concat(
                Enumerable
                    .Range(0, 200)
                    .Select(static day => new DateOnly(1950, 1, 1).AddDays(97 * day))
                    .Select(static date =>
                        $$"""{"source": "{{date.Day}} {{Months[date.Month - 1]}} {{date.Year}}", "target": "{{date:yyyy-MM-dd}}"}""" + "\n"
                    )
            )
        );
        Pictures.WriteIdx(_terminal["fashion"], Images);
        foreach (var kind in new[] { "images-idx3-ubyte", "labels-idx1-ubyte" })
        {
            File.Copy(_terminal[$"fashion/train-{kind}"], _terminal[$"fashion/t10k-{kind}"]);
        }

        Directory.CreateDirectory(_terminal["signals"]);
        WriteNpy(
            "signals/samples.npy",
            "<f4",
            "80, 1, 128",
            Enumerable.Range(0, 80 * 128).Select(static i => MathF.Sin(i)),
            static (to, value) => BinaryPrimitives.WriteSingleLittleEndian(to, value)
        );
        WriteNpy("signals/labels.npy", "<i4", "80,", Enumerable.Range(0, 80).Select(static i => i % 4), static (to, value) =>
            BinaryPrimitives.WriteInt32LittleEndian(to, value)
        );
    }

    // As numpy.save writes it: a header of 128 bytes, and four bytes for each number.
    private void WriteNpy<T>(string name, string kind, string shape, IEnumerable<T> values, NumberWriter<T> write)
    {
        var header = $"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n";
        var numbers = values.ToList();
        var content = new byte[4 * numbers.Count];
        for (var i = 0; i < numbers.Count; i++)
        {
            write(content.AsSpan(4 * i), numbers[i]);
        }

        File.WriteAllBytes(_terminal[name], [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), .. content]);
    }

    private delegate void NumberWriter<in T>(Span<byte> to, T value);

    private static bool IsFamily(string page) => page.StartsWith("docs/families/", StringComparison.Ordinal);

    [GeneratedRegex("^```console\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Console();

    [GeneratedRegex("`(?<name>[a-z-]+\\.model\\.yaml)`[^`]*(?:`[^`\n]+`[^`]*)*```yaml\n(?<text>model: .*?)```", RegexOptions.Singleline)]
    private static partial Regex NamedSpec();
}
