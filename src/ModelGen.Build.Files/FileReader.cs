using ModelGen.Checkpoints;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Files;
using ModelGen.Tokenization;

namespace ModelGen.Build.Files;

/// <summary>Reads what the compiler has to know of a file: the header of weights, the tokens of a tokenizer.</summary>
internal static class FileReader
{
    // The two files of GPT-2's tokenizer under their names.
    private static readonly Dictionary<string, string> MergesOf = new() { ["encoder.json"] = "vocab.bpe", ["vocab.json"] = "merges.txt" };

    /// <summary>Describes a file, by the end of its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The path that specs name it by.</param>
    /// <returns>The description, which tells of damage instead of the content where the file has any.</returns>
    public static string Describe(string path, string name)
    {
        var isWeights =
            path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            || path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase);
        try
        {
            FileFacts? facts = isWeights ? Weights(path, name) : Tokens(path, name);
            return facts?.Write() ?? FileFacts.None;
        }
        catch (Exception exception)
        {
            // Whatever is wrong with a file, the compiler tells of it where a spec names the file.
            var what = exception is ModelGenException ? exception.Message : $"The file '{path}' cannot be read: {exception.Message}";
            var damage = Sentence(Shown(what, path, name));
            FileFacts facts = isWeights ? new WeightFacts(name) : Tokenizer(path, name);
            return (facts with { Damage = damage }).Write();
        }
    }

    private static WeightFacts? Weights(string path, string name)
    {
        if (ShardIndex.Is(path) && ShardIndex.Read(path).Values.Any(shard => !File.Exists(Beside(path, shard))))
        {
            return null;
        }

        using var files = WeightFiles.Open(path);
        return new WeightFacts(name)
        {
            Tensors = new EquatableArray<TensorFacts>(
                files
                    .Entries.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
                    .Select(static entry => new TensorFacts(
                        entry.Key,
                        entry.Value.Type.ToString(),
                        new EquatableArray<long>(entry.Value.Shape)
                    ))
            ),
        };
    }

    private static TokenizerFacts? Tokens(string path, string name)
    {
        var facts = Tokenizer(path, name);
        if (facts.IsRanks)
        {
            return facts with { Size = TiktokenFormat.ParseRanks(new TokenizerFile(path), TokenizerFile.ReadText(path)).Count };
        }

        var merges = MergesOf.TryGetValue(Path.GetFileName(path), out var beside) ? Beside(path, beside) : null;
        if (merges is not null && !File.Exists(merges))
        {
            return null;
        }

        var tokenizer = merges is null ? ModelGen.Tokenization.Tokenizer.Read(path) : BpeTokenizer.ReadGpt2(path, merges);
        return facts with
        {
            Size = tokenizer.VocabularySize,
            Specials = new EquatableArray<TokenFacts>(tokenizer.SpecialTokens.Select(static token => new TokenFacts(token.Text, token.Id))),
        };
    }

    // What the name alone tells.
    private static TokenizerFacts Tokenizer(string path, string name) =>
        new(name)
        {
            IsRanks = Path.GetExtension(path).Equals(".tiktoken", StringComparison.OrdinalIgnoreCase),
            Merges = MergesOf.TryGetValue(Path.GetFileName(path), out var merges) ? Beside(name, merges).Replace('\\', '/') : null,
        };

    // Paths as specs name them, also those of the files beside it.
    private static string Shown(string text, string path, string name) =>
        text.Replace(path, name, StringComparison.Ordinal)
            .Replace($"{Path.GetDirectoryName(path)}{Path.DirectorySeparatorChar}", Folder(name), StringComparison.Ordinal);

    private static string Folder(string name) => name[..^Path.GetFileName(name).Length];

    private static string Beside(string path, string file) => Path.Combine(Path.GetDirectoryName(path) ?? "", file);

    // Messages of the runtime are sentences; those of the compiler begin in lower case and have no full stop.
    private static string Sentence(string text) => $"{char.ToLowerInvariant(text[0])}{text[1..].TrimEnd('.')}";
}
