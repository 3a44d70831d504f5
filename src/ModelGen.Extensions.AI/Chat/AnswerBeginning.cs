using System.Text;

namespace ModelGen.Chat;

/// <summary>
/// The beginning of a text that is being answered: leaves out the white space that does not belong to it, and holds white space back until
/// it is known whether a call follows.
/// </summary>
/// <param name="space">The white space that an answer begins with.</param>
/// <param name="mayCall">Whether the answer may be a call.</param>
internal sealed class AnswerBeginning(string space, bool mayCall)
{
    private readonly StringBuilder _held = new();
    private bool _isPast;

    /// <summary>Whether the answer begins as a call does.</summary>
    public bool IsCall { get; private set; }

    /// <summary>Takes a piece.</summary>
    /// <returns>What belongs to the answer for certain.</returns>
    public string Append(string piece)
    {
        if (_isPast)
        {
            return piece;
        }

        var text = _held.Append(piece).ToString();
        var begin = text.AsSpan().TrimStart();
        if (begin.IsEmpty && (mayCall || text.Length < space.Length))
        {
            return "";
        }

        _isPast = true;
        IsCall = mayCall && begin is ['{', ..];
        return IsCall ? "" : Rest();
    }

    /// <summary>What is held back, when no more will come.</summary>
    public string Flush() => _isPast ? "" : Rest();

    private string Rest()
    {
        var text = _held.ToString();
        return text.StartsWith(space, StringComparison.Ordinal) ? text[space.Length..] : text;
    }
}
