using System.Text.Json;
using ModelGen.Files;

namespace ModelGen.Evaluation;

/// <summary>What <c>evaluation.json</c> says.</summary>
/// <param name="Extractor">The hash of the network in whose features images were compared; null if there is none.</param>
/// <param name="Figures">The figures by name, as they are in the file.</param>
/// <param name="Counts">The numbers that they depend on.</param>
internal sealed record EvaluationFile(
    string? Extractor,
    IReadOnlyDictionary<string, double> Figures,
    IReadOnlyDictionary<string, double> Counts
)
{
    /// <summary>What the file calls its format.</summary>
    public const string Format = "modelgen-evaluation-1";

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelGenException">It cannot be read, is damaged, or has another format.</exception>
    public static EvaluationFile Read(string path)
    {
        var root = JsonFile.Read(path);
        if (JsonFile.Text(path, root, "format") is var format && format != Format)
        {
            throw JsonFile.Damaged(path, $"its format is '{format}' and not '{Format}'");
        }

        var extractor = JsonFile.Member(path, root, "extractor", JsonValueKind.Object);
        return new EvaluationFile(
            extractor is { } network ? JsonFile.Text(path, network, "hash") : null,
            Numbers(path, root, "figures") ?? throw JsonFile.Damaged(path, "it has no 'figures'"),
            Numbers(path, root, "counts") ?? []
        );
    }

    private static OrderedDictionary<string, double>? Numbers(string path, JsonElement root, string name)
    {
        if (JsonFile.Member(path, root, name, JsonValueKind.Object) is not { } members)
        {
            return null;
        }

        var numbers = new OrderedDictionary<string, double>();
        try
        {
            foreach (var member in members.EnumerateObject())
            {
                numbers[member.Name] = JsonFile.Number(path, member);
            }
        }
        catch (InvalidOperationException)
        {
            throw JsonFile.Damaged(path, "a name in it is not valid Unicode");
        }

        return numbers;
    }
}
