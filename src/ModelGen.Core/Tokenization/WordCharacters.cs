using System.Globalization;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Which characters make up words of several.</summary>
internal static class WordCharacters
{
    /// <summary>
    /// Whether a character is one word with those of its kind beside it: letters, combining marks and digits, except for Chinese
    /// characters, each of which is a word by itself, as in BERT's basic tokenizer (Devlin et al. 2019).
    /// </summary>
    public static bool IsInRun(Rune character) => IsInWord(character) && !BertWordSplitter.IsChinese(character);

    private static bool IsInWord(Rune character) =>
        Rune.IsLetterOrDigit(character)
        || Rune.GetUnicodeCategory(character)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark;
}
