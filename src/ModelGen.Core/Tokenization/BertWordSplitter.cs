using System.Globalization;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// Cuts a stream of text into words as BERT's basic tokenizer does (Devlin et al. 2019, in the published code): at white space, and before
/// and after each punctuation mark and Chinese character.
/// </summary>
/// <param name="model">How text is prepared.</param>
/// <param name="specials">The special tokens.</param>
internal abstract class BertWordSplitter(WordPieceModel model, SpecialTokenSet specials) : TextSplitter(specials)
{
    private readonly List<Rune> _prepared = [];
    private char[] _word = new char[64];
    private int _length;
    private int _characters;

    /// <summary>Takes a word.</summary>
    /// <param name="word">The word, as it was prepared; its beginning where it is too long.</param>
    /// <param name="isTooLong">Whether it has more characters than a known word can have.</param>
    protected abstract void TakeWord(ReadOnlySpan<char> word, bool isTooLong);

    protected override int Split(ReadOnlySpan<char> text, bool isEnd)
    {
        foreach (var character in text.EnumerateRunes())
        {
            Take(character);
        }

        if (isEnd)
        {
            EndWord();
        }

        return text.Length;
    }

    private static bool IsWhiteSpace(Rune character) => character.Value is '\t' or '\n' or '\r' || Rune.IsWhiteSpace(character);

    private static bool IsRemoved(Rune character) =>
        character.Value is 0 or 0xFFFD
        || (
            character.Value is not ('\t' or '\n' or '\r')
            && Rune.GetUnicodeCategory(character)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
        );

    // The CJK ideographs of the published code, not kana, hangul or punctuation.
    internal static bool IsChinese(Rune character) =>
        character.Value
            is (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x20000 and <= 0x2A6DF)
                or (>= 0x2A700 and <= 0x2B81F)
                or (>= 0x2B820 and <= 0x2CEAF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x2F800 and <= 0x2FA1F);

    private static bool IsPunctuation(Rune character) =>
        character.IsAscii
            ? character.Value > ' ' && character.Value < 0x7F && !Rune.IsLetterOrDigit(character)
            : Rune.GetUnicodeCategory(character) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private void Take(Rune character)
    {
        if (!character.IsAscii || character.Value < ' ' || character.Value == 0x7F)
        {
            if (model.CleansText && IsRemoved(character))
            {
                return;
            }
        }

        var isAlone = model.SplitsChinese && IsChinese(character);
        if (isAlone)
        {
            EndWord();
        }

        _prepared.Clear();
        if (model.StripsAccents)
        {
            CanonicalBases.Append(character, _prepared);
        }
        else
        {
            _prepared.Add(character);
        }

        foreach (var prepared in _prepared)
        {
            Add(prepared);
        }

        if (isAlone)
        {
            EndWord();
        }
    }

    private void Add(Rune character)
    {
        if (IsWhiteSpace(character))
        {
            EndWord();
        }
        else if (IsPunctuation(character))
        {
            EndWord();
            Append(character);
            EndWord();
        }
        else if (!model.LowersCase)
        {
            Append(character);
        }
        else
        {
            Append(Rune.ToLowerInvariant(character.Value == 0x130 ? new Rune('I') : character));

            // The one capital whose lower case is two characters.
            if (character.Value == 0x130)
            {
                Append(new Rune(0x307));
            }
        }
    }

    private void Append(Rune character)
    {
        if (++_characters > model.LongestWord)
        {
            return;
        }

        if (_length + 2 > _word.Length)
        {
            Array.Resize(ref _word, 2 * _word.Length);
        }

        _length += character.EncodeToUtf16(_word.AsSpan(_length));
    }

    private void EndWord()
    {
        if (_characters > 0)
        {
            TakeWord(_word.AsSpan(0, _length), _characters > model.LongestWord);
            (_length, _characters) = (0, 0);
        }
    }
}
