using System.Text;
using ModelGen.Tokenization;

namespace ModelGen.Evaluation;

/// <summary>The words of a text, the unit in which texts are compared whatever tokenizer a model has.</summary>
public static class Words
{
    /// <summary>
    /// Cuts a text into words: runs of letters, combining marks and digits; every other character except white space is a word by itself,
    /// and so is each Chinese character, as in BERT's basic tokenizer (Devlin et al. 2019). Case is kept.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>Its words, in their order.</returns>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        var (start, position) = (0, 0);
        foreach (var character in text.EnumerateRunes())
        {
            if (!WordCharacters.IsInRun(character))
            {
                Add(start, position);
                start = position + character.Utf16SequenceLength;
                if (!Rune.IsWhiteSpace(character))
                {
                    Add(position, start);
                }
            }

            position += character.Utf16SequenceLength;
        }

        Add(start, text.Length);
        return words;

        void Add(int from, int to)
        {
            if (from < to)
            {
                words.Add(text[from..to]);
            }
        }
    }
}
