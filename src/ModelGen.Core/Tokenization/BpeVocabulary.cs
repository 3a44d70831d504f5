using System.Text;
using System.Text.Json;

namespace ModelGen.Tokenization;

/// <summary>Collects the tokens and merges of a byte-level byte-pair encoding from files, and checks them.</summary>
/// <param name="file">Where they come from.</param>
/// <param name="mayLeaveIds">Whether ids may stay unused.</param>
internal sealed class BpeVocabulary(TokenizerFile file, bool mayLeaveIds = false)
{
    // An id far beyond the others would have room made for all between.
    private const int MostTokens = 1 << 24;

    private readonly Dictionary<string, int> _ids = [];
    private readonly Dictionary<string, int> _specials = [];
    private readonly List<(int Left, int Right)> _merges = [];
    private readonly HashSet<int> _made = [];

    /// <summary>Adds the tokens of a JSON object: ids by text.</summary>
    public void Add(JsonElement vocabulary)
    {
        foreach (var (text, id) in TokenizerJson.Ids(vocabulary, "the vocabulary", file))
        {
            _ids.Add(text, id);
        }
    }

    /// <summary>Adds special tokens, some of which may be in the vocabulary.</summary>
    public void Add(IReadOnlyDictionary<string, int> specials)
    {
        foreach (var (text, id) in specials)
        {
            if (_ids.TryGetValue(text, out var other) && other != id)
            {
                throw file.Wrong(
                    $"the token {TokenizerFile.Show(text)} has the id {other} in the vocabulary and {id} among the added tokens"
                );
            }

            _ids.Remove(text);
            _specials.Add(text, id);
        }
    }

    /// <summary>Adds the next merge.</summary>
    /// <param name="parts">The two tokens in the alphabet of files.</param>
    /// <param name="place">Where it stands, as in "line 7".</param>
    /// <param name="source">The file it stands in.</param>
    public void AddMerge(string?[] parts, string place, TokenizerFile source)
    {
        if (parts is not [{ Length: > 0 } left, { Length: > 0 } right])
        {
            throw source.Wrong($"{place} of its merges is not two tokens with one space between them");
        }

        _merges.Add((Id(left), Id(right)));
        _made.Add(Id(left + right));

        int Id(string text) =>
            _ids.TryGetValue(text, out var id)
                ? id
                : throw source.Wrong($"{place} of its merges needs the token {TokenizerFile.Show(text)}, which is not in the vocabulary");
    }

    /// <summary>Builds the tokenizer.</summary>
    /// <param name="patterns">Cut text into words.</param>
    /// <param name="takesWholeWords">Whether a word that is a token needs no merges.</param>
    /// <param name="othersAreSpecial">Whether tokens that no merge makes are special tokens; otherwise they are refused.</param>
    public BpeTokenizer Create(IReadOnlyList<SplitPattern> patterns, bool takesWholeWords, bool othersAreSpecial)
    {
        foreach (var (text, id) in _ids.Where(token => token.Key.Length > 1 && !takesWholeWords && !_made.Contains(token.Value)).ToList())
        {
            if (!othersAreSpecial)
            {
                throw file.Wrong(
                    $"no merge makes the token {TokenizerFile.Show(text)} with the id {id}; a merge is missing, or it should be one of the "
                        + "added tokens"
                );
            }

            _ids.Remove(text);
            _specials.Add(text, id);
        }

        var count = _ids.Count + _specials.Count;
        var tokens = new byte[mayLeaveIds ? Math.Max(count, Math.Min(MostTokens, _specials.Values.DefaultIfEmpty().Max() + 1)) : count][];
        foreach (var (text, id) in _ids)
        {
            Place(id, text) = ByteLevelAlphabet.TryRead(text, out var bytes)
                ? bytes
                : throw file.Wrong(
                    $"the token {TokenizerFile.Show(text)} has a character that stands for no byte; expected a byte-level vocabulary, as "
                        + "of GPT-2"
                );
        }

        foreach (var (text, id) in _specials)
        {
            Place(id, text) = Encoding.UTF8.GetBytes(text);
        }

        foreach (ref var token in tokens.AsSpan())
        {
            token ??= [];
        }

        return new BpeTokenizer(
            new BpeModel
            {
                Tokens = tokens,
                Merges = _merges,
                Specials = _specials,
                Patterns = patterns,
                TakesWholeWords = takesWholeWords,
            },
            file
        );

        ref byte[] Place(int id, string text)
        {
            if (id < 0 || id >= tokens.Length)
            {
                throw file.Wrong(
                    $"the token {TokenizerFile.Show(text)} has the id {id}, but {tokens.Length} tokens have the ids 0 to "
                        + $"{tokens.Length - 1}"
                );
            }

            if (tokens[id] is not null)
            {
                throw file.Wrong($"the id {id} of the token {TokenizerFile.Show(text)} is that of another token, too");
            }

            return ref tokens[id];
        }
    }
}
