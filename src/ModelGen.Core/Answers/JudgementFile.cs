using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelGen.Data;
using ModelGen.Files;

namespace ModelGen.Answers;

/// <summary>
/// A file of judgements, one on each line: <c>{"prompt", "chosen", "rejected", "rater", "time", "chosen_run", "rejected_run",
/// "chosen_seed", "rejected_seed", "max_tokens"}</c>, which <see cref="PreferenceFile"/> reads as a preference; where both answers are
/// equally good <c>{"prompt", "tie": true, "first", "second", …, "first_run", …}</c>, which it passes over.
/// </summary>
internal sealed class JudgementFile
{
    private const string Prompt = "prompt";
    private const string Rater = "rater";
    private const string Time = "time";
    private const string RunSuffix = "_run";
    private const string SeedSuffix = "_seed";
    private const string MostTokens = "max_tokens";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string Wanted = """{"prompt": "…", "chosen": "…", "rejected": "…", "rater": "…", "time": "…", "chosen_run": "…", …}""";

    private static readonly (string Better, string Worse) Decided = ("chosen", "rejected");
    private static readonly (string Better, string Worse) Tied = ("first", "second");

    // What people read in a file is what a model wrote, also in other scripts than Latin.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Beginning => """{"prompt":"""u8;

    private readonly string _path;
    private readonly List<Judgement> _judgements;

    private JudgementFile(string path, List<Judgement> judgements, IReadOnlyList<FileProblem> problems, bool isCut) =>
        (_path, _judgements, Problems, IsCut) = (path, judgements, problems, isCut);

    /// <summary>The judgements, in the order of the lines.</summary>
    public IReadOnlyList<Judgement> Judgements => _judgements;

    /// <summary>The lines that are no judgements, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>Whether the last line breaks off, as a killed process leaves it; it counts for nothing.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelGenException">It does not exist, cannot be read, or is not text in UTF-8.</exception>
    public static JudgementFile Read(string path)
    {
        var bytes = Bytes(path);
        var (judgements, problems) = (new List<Judgement>(), new List<FileProblem>());
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        var last = bytes.AsSpan(whole);
        var isCut = last.Length > 0 && Beginning.StartsWith(last[..Math.Min(last.Length, Beginning.Length)]) && !IsObject(last);
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(0, isCut ? whole : bytes.Length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new ModelGenException($"'{path}' is not text in UTF-8, as a file of judgements is.", exception);
        }

        foreach (var (index, line) in text.TrimStart('\uFEFF').Split('\n').Index())
        {
            if (!string.IsNullOrWhiteSpace(line) && JsonLine.Read(line, Wanted, Add) is { } problem)
            {
                problems.Add(new FileProblem(new TextPlace(path, index + 1).ToString(), problem));
            }
        }

        return new JudgementFile(path, judgements, problems, isCut);

        string? Add(JsonElement line)
        {
            var problem = Parse(line, out var judgement);
            if (judgement is not null)
            {
                judgements.Add(judgement);
            }

            return problem;
        }
    }

    /// <summary>Reads a file to go on with, or begins one; a last line that breaks off is taken out.</summary>
    /// <exception cref="ModelGenException">It cannot be read or written, is not text in UTF-8, or has something else in all of its
    /// lines.</exception>
    public static JudgementFile Open(string path)
    {
        if (!Path.Exists(path))
        {
            return new JudgementFile(path, [], [], isCut: false);
        }

        var file = Read(path);
        if (file.Judgements.Count == 0 && file.Problems.Count > 0)
        {
            throw new ModelGenException(
                $"'{path}' is no file of judgements: {file.Problems[0].File} {file.Problems[0].Reason}. Name another file."
            );
        }

        file.Write(() => EndLastLine(path, file.IsCut));
        return file;
    }

    /// <summary>Adds a judgement; once this returns, it is on the disk.</summary>
    /// <exception cref="ModelGenException">It cannot be written.</exception>
    public void Append(Judgement judgement)
    {
        Write(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
            AppendedFile.Append(_path, Line(judgement));
            AppendedFile.Flush(_path);
        });
        _judgements.Add(judgement);
    }

    /// <summary>Takes the last judgement out again.</summary>
    /// <returns>False if the file no longer ends with it.</returns>
    /// <exception cref="ModelGenException">It cannot be written.</exception>
    public bool TakeBack()
    {
        var line = Line(_judgements[^1]);
        var isLast = false;
        Write(() =>
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            var start = file.Length - line.Length;
            if (start < 0)
            {
                return;
            }

            var end = new byte[line.Length];
            file.Position = start;
            file.ReadExactly(end);
            isLast = end.AsSpan().SequenceEqual(line);
            if (isLast)
            {
                file.SetLength(start);
                file.Flush(flushToDisk: true);
            }
        });
        if (isLast)
        {
            _judgements.RemoveAt(_judgements.Count - 1);
        }

        return isLast;
    }

    private static byte[] Bytes(string path)
    {
        if (!Path.Exists(path))
        {
            throw new ModelGenException($"There is no file '{path}'.");
        }

        try
        {
            using var stream = RegularFile.Open(path, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"The judgements in '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // What is appended begins a line of its own.
    private static void EndLastLine(string path, bool isCut)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var last = file.Length;
        while (last > 0 && ByteAt(last - 1) != '\n')
        {
            last--;
        }

        if (isCut)
        {
            file.SetLength(last);
        }
        else if (last < file.Length)
        {
            file.Position = file.Length;
            file.WriteByte((byte)'\n');
        }

        int ByteAt(long position)
        {
            file.Position = position;
            return file.ReadByte();
        }
    }

    private static string? Parse(JsonElement line, out Judgement? judgement)
    {
        judgement = null;
        var isTie = PreferenceFile.IsTie(line);
        var (better, worse) = isTie ? Tied : Decided;
        string[] texts = [Prompt, better, worse, Rater, Time, better + RunSuffix, worse + RunSuffix];
        if (texts.Select(key => JsonLine.NoString(line, key, key)).FirstOrDefault(static missing => missing is not null) is { } missing)
        {
            return missing;
        }

        if (Answer(line, better) is not { } first || Answer(line, worse) is not { } second)
        {
            return "does not say which runs wrote the answers, and with which seeds";
        }

        if (
            !DateTime.TryParseExact(
                AnswerLine.Text(line, Time),
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
        )
        {
            return $"has a '{Time}' that is no time such as 2026-01-31T12:00:00Z";
        }

        judgement = new Judgement(AnswerLine.Text(line, Prompt), first, second, isTie, AnswerLine.Text(line, Rater), time)
        {
            MostTokens =
                line.TryGetProperty(MostTokens, out var most) && most.ValueKind == JsonValueKind.Number && most.TryGetInt32(out var tokens)
                    ? tokens
                    : 0,
        };
        return null;
    }

    private static JudgedAnswer? Answer(JsonElement line, string key) =>
        JudgedRun.TryParse(AnswerLine.Text(line, key + RunSuffix), out var run)
        && line.TryGetProperty(key + SeedSuffix, out var number)
        && number.ValueKind == JsonValueKind.Number
        && number.TryGetUInt64(out var seed)
            ? new JudgedAnswer(AnswerLine.Text(line, key), run.Value, seed)
            : null;

    private static byte[] Line(Judgement judgement)
    {
        var (better, worse) = judgement.IsTie ? Tied : Decided;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString(Prompt, judgement.Prompt);
            if (judgement.IsTie)
            {
                writer.WriteBoolean(PreferenceFile.Tie, true);
            }

            writer.WriteString(better, judgement.Better.Text);
            writer.WriteString(worse, judgement.Worse.Text);
            writer.WriteString(Rater, judgement.Rater);
            writer.WriteString(Time, judgement.Time.ToString(TimeFormat, CultureInfo.InvariantCulture));
            writer.WriteString(better + RunSuffix, judgement.Better.Run.ToString());
            writer.WriteString(worse + RunSuffix, judgement.Worse.Run.ToString());
            writer.WriteNumber(better + SeedSuffix, judgement.Better.Seed);
            writer.WriteNumber(worse + SeedSuffix, judgement.Worse.Seed);
            writer.WriteNumber(MostTokens, judgement.MostTokens);
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                $"The judgements cannot be written to '{_path}': {exception.Message.TrimEnd('.')}; free some space, or name another file.",
                exception
            );
        }
    }
}
