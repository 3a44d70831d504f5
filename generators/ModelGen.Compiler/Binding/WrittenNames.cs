using System.Text.RegularExpressions;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>
/// The names that a text mentions, read or not: what is mentioned nowhere is unused whatever else is wrong with the file.
/// </summary>
internal sealed class WrittenNames
{
    private static readonly Regex Constant = new(@"\$([A-Za-z0-9_-]+)", RegexOptions.CultureInvariant);

    // With more words, misspellings would be slow to find.
    private const int MostCompared = 1000;

    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    /// <param name="nodes">The text.</param>
    public WrittenNames(IEnumerable<Node> nodes)
    {
        foreach (var node in nodes)
        {
            Read(node);
        }
    }

    /// <summary>The names of the constants that occur, as <c>$name</c>.</summary>
    public IReadOnlyCollection<string> Constants => _constants;

    /// <summary>Whether <c>$name</c> occurs, or one that is not defined and may be a misspelling of it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="defined">Whether a name is defined.</param>
    public bool MayUse(string name, Func<string, bool> defined) => May(_constants, name, defined);

    /// <summary>Whether a word occurs as a key or a value, or one that may be a misspelling of it.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isKnown">Whether a word has a meaning of its own.</param>
    public bool MayUseWord(string word, Func<string, bool> isKnown) => May(_words, word, isKnown);

    private static bool May(HashSet<string> written, string name, Func<string, bool> isKnown) =>
        written.Contains(name)
        || written.Count > MostCompared
        || written.Any(other => !isKnown(other) && NearestWord.Find(other, [name]) is not null);

    private void Read(Node node)
    {
        switch (node)
        {
            case ScalarNode scalar:
                _words.Add(scalar.Text);
                foreach (Match match in Constant.Matches(scalar.Text))
                {
                    _constants.Add(match.Groups[1].Value);
                }

                break;
            case ListNode list:
                foreach (var item in list.Items)
                {
                    Read(item);
                }

                break;
            case MapNode map:
                foreach (var entry in map.Entries)
                {
                    Read(entry.Key);
                    Read(entry.Value);
                }

                break;
        }
    }
}
