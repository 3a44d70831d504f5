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
    private const string Ellipsis = "…";

    private const string Short = "training.duration=10 steps";

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
        var blocks = Console().Matches(text).Select(static match => match.Groups["text"].Value).ToList();
        Assert.NotEmpty(blocks);

        foreach (var shown in blocks.SelectMany(static block => Command().Matches(block)))
        {
            var words = Words(shown.Groups["command"].Value);
            var (code, output, error) = _terminal.Run(words);
            Assert.True((code, error) is (0, ""), $"modelgen {string.Join(' ', words)}: {error}{output}");

            // The words of a model that was hardly trained are its own.
            var wanted =
                words[0] == "sample" && !output.StartsWith("the images", StringComparison.Ordinal)
                    ? []
                    : Lines(shown.Groups["output"].Value);
            Follows(wanted, Lines(output));
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

    [Fact]
    public void WhatIsNotWrittenIsFound()
    {
        string[] written = ["data: text", "step N/N loss N", "the run is in runs"];

        Follows(["data: text", Ellipsis, "the run is in runs"], written);
        Assert.ThrowsAny<Exception>(() => Follows(["data: text", "the run is in runs"], written));
        Assert.ThrowsAny<Exception>(() => Follows(["data: text", Ellipsis, "the run was in runs"], written));
        Assert.Equal(["step N/N loss N after T"], Lines("step 1,2/3  loss -1.25 after 1m 2s"));
    }

    // Each line is the next one, or after an ellipsis any later one.
    private static void Follows(IReadOnlyList<string> shown, IReadOnlyList<string> written)
    {
        var (next, isSkipping) = (0, false);
        foreach (var line in shown)
        {
            if (line == Ellipsis)
            {
                isSkipping = true;
                continue;
            }

            var found = isSkipping ? Enumerable.Range(next, written.Count - next).FirstOrDefault(i => written[i] == line, -1) : next;
            Assert.True(found >= 0, $"'{line}' is not among:\n{string.Join('\n', written)}");
            Assert.Equal(line, written[found]);
            (next, isSkipping) = (found + 1, false);
        }
    }

    // Without what differs from run to run: numbers, times, and the room between columns.
    private static List<string> Lines(string text) =>
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => Spaces().Replace(Number().Replace(Time().Replace(line, "T"), "N"), " ").Trim()),
        ];

    // As a shell would split them, with a short training, in which no schedule has time to warm up.
    private static string[] Words(string command)
    {
        string[] words = [.. Word().Matches(command).Select(static word => word.Value.Replace("'", "", StringComparison.Ordinal))];
        return words[0] != "train"
            ? words
            :
            [
                .. words.Select(static word => word.StartsWith("training.duration=", StringComparison.Ordinal) ? Short : word),
                .. words.Any(static word => word.StartsWith("training.duration=", StringComparison.Ordinal))
                    ? Array.Empty<string>()
                    : ["--set", Short],
                "--set",
                "training.schedule=constant",
            ];
    }

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

    [GeneratedRegex(@"^\$ modelgen (?<command>[^\n]+)\n(?<output>(?:(?!\$ )[^\n]*\n)*)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("`(?<name>[a-z-]+\\.model\\.yaml)`[^`]*(?:`[^`\n]+`[^`]*)*```yaml\n(?<text>model: .*?)```", RegexOptions.Singleline)]
    private static partial Regex NamedSpec();

    [GeneratedRegex("(?:[^\\s']|'[^']*')+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?:\d+h )?(?:\d+m )?\b\d+s\b")]
    private static partial Regex Time();

    [GeneratedRegex(@"-?\b\d[\d,]*(?:\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
