using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ModelGen.Examples;

/// <summary>
/// The prose of the XML documentation that every .NET SDK ships next to its reference assemblies:
/// <c>packs/*.Ref/VERSION/ref/netX.Y/*.xml</c>.
/// </summary>
internal sealed record DotnetDocumentation
{
    private const int FewestWords = 3;
    private const double FewestPlainWords = 0.6;

    private static readonly SearchValues<char> PlainLetters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.'-"
    );

    /// <summary>One passage per line; the passages of one type or member form an entry, and a blank line separates entries.</summary>
    public required string Text { get; init; }

    public required int Files { get; init; }

    /// <summary>Size of the XML read.</summary>
    public required long XmlBytes { get; init; }

    /// <summary>Summaries, parameters, return values, exceptions and remarks found.</summary>
    public required int Passages { get; init; }

    /// <summary>Passages dropped: without words, too short, or made of code rather than words.</summary>
    public required int NotProse { get; init; }

    /// <summary>Types and members found.</summary>
    public required int Entries { get; init; }

    /// <summary>Entries dropped because none of their passages is prose.</summary>
    public required int Empty { get; init; }

    /// <summary>Entries dropped because an earlier one has exactly the same text.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Entries left after dropping those.</summary>
    public int Distinct => Entries - Empty - Duplicates;

    /// <summary>Size of the distinct entries in UTF-8.</summary>
    public required long DistinctBytes { get; init; }

    /// <summary>Entries in <see cref="Text"/>.</summary>
    public required int Kept { get; init; }

    /// <summary>
    /// Folders that may contain this machine's SDK: that of the running runtime (<c>ROOT/shared/Microsoft.NETCore.App/VERSION</c>),
    /// that of the <c>dotnet</c> host that started it, and <c>DOTNET_ROOT</c>.
    /// </summary>
    public static IEnumerable<string> DotnetRoots()
    {
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

        if (Path.GetDirectoryName(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")) is { Length: > 0 } host)
        {
            yield return host;
        }

        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            yield return root;
        }
    }

    /// <summary>
    /// The documentation files of the newest version of each reference pack below the first folder that has any, in a fixed order.
    /// </summary>
    /// <exception cref="ModelGenException">No folder has any.</exception>
    public static IReadOnlyList<string> FindFiles(IEnumerable<string> dotnetRoots)
    {
        var packFolders = dotnetRoots.Select(root => Path.Combine(root, "packs")).Distinct().ToList();

        foreach (var packs in packFolders.Where(Directory.Exists))
        {
            var files = Directory
                .EnumerateDirectories(packs, "*.Ref")
                .Order(StringComparer.Ordinal)
                .SelectMany(NewestDocumentation)
                .ToList();

            if (files.Count > 0)
            {
                return files;
            }
        }

        throw new ModelGenException(
            $"The .NET SDK's documentation (*.Ref/VERSION/ref/netX.0/*.xml) is not in {string.Join(" or ", packFolders)}; "
                + "set DOTNET_ROOT to an SDK that has it, or give other text with --data PATH."
        );
    }

    /// <summary>
    /// Extracts the prose of the files, drops everything else and duplicate entries, and keeps about
    /// <paramref name="mostBytes"/> of the rest: whole entries, spread evenly over all files.
    /// </summary>
    /// <exception cref="ModelGenException">A file cannot be read, or is not well-formed XML.</exception>
    public static DotnetDocumentation Read(IReadOnlyList<string> files, long mostBytes, CancellationToken stop = default)
    {
        var distinct = new List<Entry>();
        var seen = new HashSet<string>();
        var passages = 0;
        var notProse = 0;
        var entries = 0;
        var empty = 0;

        foreach (var file in files)
        {
            stop.ThrowIfCancellationRequested();
            foreach (var member in Load(file).Descendants("member"))
            {
                var lines = new List<string>();
                entries++;

                foreach (var element in member.Elements())
                {
                    if (Label(element) is not { } label)
                    {
                        continue;
                    }

                    passages++;
                    var prose = Clean(DocumentationProse.Render(element));

                    if (IsProse(prose))
                    {
                        lines.Add(label + prose);
                    }
                    else
                    {
                        notProse++;
                    }
                }

                var text = string.Join('\n', lines) + "\n\n";

                if (lines.Count == 0)
                {
                    empty++;
                }
                else if (seen.Add(text))
                {
                    distinct.Add(new Entry(text, Encoding.UTF8.GetByteCount(text)));
                }
            }
        }

        var distinctBytes = distinct.Sum(entry => (long)entry.Bytes);
        var kept = SpreadEvenly(distinct, distinctBytes, mostBytes);

        return new DotnetDocumentation
        {
            Text = string.Concat(kept.Select(entry => entry.Text)),
            Files = files.Count,
            XmlBytes = files.Sum(file => new FileInfo(file).Length),
            Passages = passages,
            NotProse = notProse,
            Entries = entries,
            Empty = empty,
            Duplicates = entries - empty - distinct.Count,
            DistinctBytes = distinctBytes,
            Kept = kept.Count,
        };
    }

    private static IEnumerable<string> NewestDocumentation(string pack) =>
        Directory
            .EnumerateDirectories(pack)
            .OrderByDescending(VersionOf)
            .ThenByDescending(Path.GetFileName, StringComparer.Ordinal)
            .Select(DocumentationIn)
            .FirstOrDefault(files => files.Count > 0)
        ?? [];

    private static List<string> DocumentationIn(string version) =>
        Path.Combine(version, "ref") is var references && Directory.Exists(references)
            ?
            [
                .. Directory
                    .EnumerateDirectories(references, "net*.0")
                    .SelectMany(framework => Directory.EnumerateFiles(framework, "*.xml"))
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>10.0.100-preview.1 counts as 10.0.100.</summary>
    private static Version VersionOf(string folder) =>
        Version.TryParse(Path.GetFileName(folder).Split('-')[0], out var version) ? version : new Version();

    private static XDocument Load(string file)
    {
        try
        {
            return XDocument.Load(file, LoadOptions.PreserveWhitespace);
        }
        catch (Exception exception) when (exception is XmlException or IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                $"Cannot read {file}: {exception.Message.TrimEnd('.')}; repair the .NET SDK, or give other text with --data PATH.",
                exception
            );
        }
    }

    /// <summary>The label that a documentation page puts before the prose; null for elements without prose.</summary>
    private static string? Label(XElement element) =>
        element.Name.LocalName switch
        {
            "summary" => "",
            "typeparam" => $"Type parameter {(string?)element.Attribute("name")}: ",
            "param" => $"Parameter {(string?)element.Attribute("name")}: ",
            "returns" => "Returns: ",
            "value" => "Value: ",
            "exception" => $"Throws {DocumentationProse.ReadableName((string?)element.Attribute("cref") ?? "Exception")}: ",
            "remarks" => "Remarks: ",
            _ => null,
        };

    /// <summary>Replaces typographic characters with their ASCII equivalents, so that each word has one spelling.</summary>
    private static string Clean(string prose) =>
        prose
            .Replace('\u2018', '\'')
            .Replace('\u2019', '\'')
            .Replace('\u201c', '"')
            .Replace('\u201d', '"')
            .Replace('\u2013', '-')
            .Replace("\u2026", "...");

    /// <summary>
    /// Whether a text is mostly plain words, unlike the C signatures and instruction encodings in the documentation of the hardware
    /// intrinsics.
    /// </summary>
    private static bool IsProse(string prose)
    {
        var words = prose.Split(' ');

        return words.Length >= FewestWords && words.Count(IsPlainWord) >= FewestPlainWords * words.Length;
    }

    private static bool IsPlainWord(string word)
    {
        var letters = word.AsSpan().Trim("().,;:!?'\"");

        return !letters.IsEmpty && letters.IndexOfAnyExcept(PlainLetters) < 0;
    }

    /// <summary>
    /// Keeps an entry whenever the bytes kept fall below the limit's share of the bytes seen: the same choice on every run, from every
    /// file, and independent of the entry's own length.
    /// </summary>
    private static List<Entry> SpreadEvenly(List<Entry> entries, long bytes, long mostBytes)
    {
        if (bytes <= mostBytes)
        {
            return entries;
        }

        var kept = new List<Entry>();
        var share = (double)mostBytes / bytes;
        long gone = 0;
        long keptBytes = 0;

        foreach (var entry in entries)
        {
            if (keptBytes < share * gone)
            {
                kept.Add(entry);
                keptBytes += entry.Bytes;
            }

            gone += entry.Bytes;
        }

        return kept;
    }

    /// <summary>The prose of one type or member.</summary>
    private sealed record Entry(string Text, int Bytes);
}
