using System.Xml.Linq;
using ModelGen.Data;

namespace ModelGen.Examples.Results.Areas;

/// <summary>
/// Summaries from the documentation of .NET with the areas that they are about. References are left out, since a name such as
/// <c>XmlReader</c> would give the area away.
/// </summary>
/// <param name="Training">Texts to learn from, as many of each area.</param>
/// <param name="Test">Texts of other namespaces, whose types do other things with other words.</param>
internal sealed record DotnetAreas(TextCollection Training, TextCollection Test)
{
    private const int TrainingTexts = 200;
    private const int TestTexts = 150;
    private const int MostOfType = 8;
    private const int FewestWords = 8;

    // The namespaces of each area that texts to learn from are of; all others below the first one's root are for the test.
    private static readonly (string Area, string Root, string[] Learned)[] All =
    [
        ("collections", "System.Collections", ["System.Collections", "System.Collections.Immutable"]),
        ("cryptography", "System.Security.Cryptography", ["System.Security.Cryptography"]),
        ("data", "System.Data", ["System.Data"]),
        ("files", "System.IO", ["System.IO"]),
        ("networking", "System.Net", ["System.Net", "System.Net.Http", "System.Net.Mail"]),
        ("reflection", "System.Reflection", ["System.Reflection", "System.Reflection.Metadata"]),
        ("threading", "System.Threading", ["System.Threading"]),
        ("xml", "System.Xml", ["System.Xml", "System.Xml.Linq"]),
    ];

    /// <summary>Reads the documentation of this machine's SDK, the same texts for the same SDK.</summary>
    public static DotnetAreas Read(CancellationToken stop)
    {
        var (summaries, types) = Summaries(DotnetDocumentation.FindFiles(DotnetDocumentation.DotnetRoots()), stop);
        var random = new Random(1);
        var (training, test) = (new List<(string Text, string Area)>(), new List<(string Text, string Area)>());
        foreach (var (area, root, learned) in All)
        {
            var ofArea = summaries
                .Where(summary => summary.Type.StartsWith(root + ".", StringComparison.Ordinal))
                .GroupBy(static summary => summary.Type)
                .OrderBy(static type => type.Key, StringComparer.Ordinal)
                .ToLookup(
                    type => learned.Contains(NamespaceOf(type.Key, types)),
                    static type => type.Select(static summary => summary.Text).ToArray()
                );
            training.AddRange(Drawn(ofArea[true], TrainingTexts));
            test.AddRange(Drawn(ofArea[false], TestTexts));

            IEnumerable<(string, string)> Drawn(IEnumerable<string[]> from, int count)
            {
                var texts = from.SelectMany(texts =>
                    {
                        random.Shuffle(texts);
                        return texts.Take(MostOfType);
                    })
                    .ToArray();
                random.Shuffle(texts);
                return texts.Take(count).Select(text => (text, area));
            }
        }

        return new DotnetAreas(Collected(training), Collected(test));
    }

    // Each text once, so that none is in both parts; and the names of all types.
    private static (List<(string Type, string Text)> Summaries, HashSet<string> Types) Summaries(
        IReadOnlyList<string> files,
        CancellationToken stop
    )
    {
        var (found, types, seen) = (new List<(string, string)>(), new HashSet<string>(), new HashSet<string>());
        foreach (var file in files)
        {
            stop.ThrowIfCancellationRequested();
            foreach (var member in XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member"))
            {
                var id = (string?)member.Attribute("name") ?? "";
                if (id.StartsWith("T:", StringComparison.Ordinal))
                {
                    types.Add(id[2..]);
                }

                var text = member.Element("summary") is { } summary ? Prose(summary) : "";
                if (text.Count(char.IsWhiteSpace) >= FewestWords - 1 && seen.Add(text))
                {
                    found.Add((TypeOf(id), text));
                }
            }
        }

        return (found, types);
    }

    private static string Prose(XElement summary) =>
        string.Join(
            ' ',
            string.Concat(
                    summary
                        .DescendantNodes()
                        .OfType<XText>()
                        .Where(static text => text.Parent!.Name.LocalName is not ("see" or "seealso" or "paramref" or "typeparamref"))
                        .Select(static text => text.Value)
                )
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );

    // M:System.IO.File.Exists(System.String) belongs to System.IO.File.
    private static string TypeOf(string id)
    {
        var name = id[(id.IndexOf(':') + 1)..].Split('(')[0];
        return id.StartsWith('T') ? name : name[..Math.Max(0, name.LastIndexOf('.'))];
    }

    // Of a type inside another, that of the outer one.
    private static string NamespaceOf(string type, HashSet<string> types)
    {
        var outside = type[..type.LastIndexOf('.')];
        return types.Contains(outside) ? NamespaceOf(outside, types) : outside;
    }

    // As the encoder has read texts before.
    private static TextCollection Collected(IReadOnlyList<(string Text, string Area)> texts) =>
        new([.. texts.Select(static each => $"[CLS]{each.Text}[SEP]")], [.. texts.Select(static each => each.Area)]);
}
