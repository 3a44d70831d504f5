using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>The two files of GPT-2's tokenizer.</summary>
internal static class Gpt2Files
{
    public static BpeTokenizer Read(string vocabularyPath, string mergesPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(vocabularyPath);
        ArgumentException.ThrowIfNullOrEmpty(mergesPath);
        var file = new TokenizerFile(vocabularyPath);
        using var document = TokenizerJson.Parse(TokenizerFile.ReadBytes(vocabularyPath), file);
        var vocabulary = new BpeVocabulary(file);
        vocabulary.Add(document.RootElement);

        var merges = new TokenizerFile(mergesPath);
        var lines = TokenizerFile.ReadText(mergesPath).Split('\n');
        for (var number = 0; number < lines.Length; number++)
        {
            var line = lines[number].TrimEnd('\r');
            if (line.Length > 0 && !(number == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                vocabulary.AddMerge(line.Split(' '), $"line {number + 1}", merges);
            }
        }

        return vocabulary.Create([BpeTokenizer.Gpt2], takesWholeWords: false, othersAreSpecial: true);
    }
}
