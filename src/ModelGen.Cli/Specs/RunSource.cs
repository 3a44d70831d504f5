using ModelGen.Checkpoints;
using ModelGen.Compiler.Syntax;
using ModelGen.Runs;

namespace ModelGen.Cli.Specs;

/// <summary>A run whose weights a recipe takes.</summary>
/// <param name="Key">The path of the recipe's key that names its folder.</param>
/// <param name="Folder">The folder.</param>
internal sealed record RunSource(string Key, string Folder)
{
    private const string Start = "start";
    private const string Run = "run";

    /// <summary>Whether the recipe starts from it.</summary>
    public bool IsStart => Key.StartsWith($"{Start}.", StringComparison.Ordinal);

    /// <summary>The run that a recipe starts from: <c>start: { run: runs/a }</c>, or with more keys.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="recipe">The keys of the recipe.</param>
    public static RunSource OfStart(string folder, Node? recipe) =>
        new(
            ((recipe as MapNode)?.Find(Start)?.Value as MapNode)?.Find(Run)?.Value is MapNode ? $"{Start}.{Run}.folder" : $"{Start}.{Run}",
            folder
        );

    /// <summary>The setting that takes them from another folder.</summary>
    public Setting In(string folder) => Setting.Parse($"{Key}='{folder.Replace("'", "''", StringComparison.Ordinal)}'");

    /// <summary>The SHA-256 of the newest checkpoint of a run; null where there is none that can be read.</summary>
    public static string? WeightsIn(string folder)
    {
        try
        {
            using var checkpoint = Checkpoint.OpenNewest(Path.Combine(folder, RunFiles.Checkpoints));
            return checkpoint.Hash;
        }
        catch (ModelGenException)
        {
            return null;
        }
    }
}
