using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// Prepares a stream of text for a <see cref="UnigramModel"/> as SentencePiece does, and cuts it where no piece can go across: before a
/// space, or at the end where the vocabulary has pieces with a space inside.
/// </summary>
/// <param name="model">How text is prepared.</param>
/// <param name="rules">The replacements of characters.</param>
/// <param name="cutsAtSpaces">Whether no piece goes across the beginning of a space.</param>
/// <param name="specials">The special tokens.</param>
internal abstract class UnigramSplitter(UnigramModel model, ReplacementRules rules, bool cutsAtSpaces, SpecialTokenSet specials)
    : TextSplitter(specials)
{
    private readonly string[] _userDefined =
    [
        .. model
            .Pieces.Where(static piece => piece.Kind == UnigramPieceKind.UserDefined && piece.Text.Length > 0)
            .Select(static piece => piece.Text)
            .OrderByDescending(static text => text.Length),
    ];

    private char[] _prepared = new char[256];
    private int _length;
    private int _spaces;
    private bool _hasBegun;

    /// <summary>Takes a stretch of prepared text that is encoded on its own.</summary>
    /// <param name="text">The text, at least one character.</param>
    protected abstract void TakeStretch(ReadOnlySpan<char> text);

    /// <summary>The text up to a special token, or to the end of the stream, is complete.</summary>
    protected abstract void EndSection();

    protected override int Split(ReadOnlySpan<char> text, bool isEnd)
    {
        var position = 0;
        Span<char> characters = stackalloc char[2];
        while (position < text.Length)
        {
            var rest = text[position..];
            var length = UserDefinedLength(rest, out var isUndecided);
            if (length == 0 && (isEnd || !isUndecided))
            {
                length = rules.Match(rest, out var replacement, out isUndecided);
                if (length > 0 && (isEnd || !isUndecided))
                {
                    Add(Encoding.UTF8.GetString(replacement));
                    position += length;
                    continue;
                }
            }

            if (isUndecided && !isEnd)
            {
                return position;
            }

            length = Math.Max(length, char.IsHighSurrogate(rest[0]) ? 2 : 1);
            Add(rest[..length]);
            position += length;
        }

        if (isEnd)
        {
            End();
        }

        return position;
    }

    /// <summary>The length of the longest piece that is taken as it is at the beginning of a text.</summary>
    private int UserDefinedLength(ReadOnlySpan<char> text, out bool isUndecided)
    {
        isUndecided = false;
        foreach (var piece in _userDefined)
        {
            if (text.StartsWith(piece, StringComparison.Ordinal))
            {
                return piece.Length;
            }

            isUndecided |= piece.AsSpan().StartsWith(text, StringComparison.Ordinal);
        }

        return 0;
    }

    private void Add(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            // Hugging Face's tokenizers take the sign for a space, and where they trim, too, any white space.
            var isSpace =
                unit == ' ' || (model.SplitsWords && (unit == UnigramModel.Space || (model.TrimsSpaces && char.IsWhiteSpace(unit))));
            if (isSpace)
            {
                _spaces++;
                continue;
            }

            WriteSpaces();
            Write(unit);
        }
    }

    private void WriteSpaces()
    {
        var count = model.JoinsSpaces ? Math.Min(_spaces, 1) : _spaces;
        if (!_hasBegun)
        {
            // SentencePiece puts its own space before others, unless they are trimmed; Hugging Face's tokenizers put none before another.
            count =
                model.TrimsSpaces ? (model.AddsSpace ? 1 : 0)
                : !model.AddsSpace ? count
                : model.SplitsWords ? Math.Max(count, 1)
                : count + 1;
        }

        _spaces = 0;
        _hasBegun = true;
        for (var index = 0; index < count; index++)
        {
            if (cutsAtSpaces && index == 0)
            {
                TakePrepared();
            }

            if (model.SplitsWords)
            {
                TakePrepared();
            }

            Write(UnigramModel.Space);
        }
    }

    private void End()
    {
        if (!model.TrimsSpaces && _spaces > 0)
        {
            WriteSpaces();
        }

        TakePrepared();
        EndSection();
        (_spaces, _hasBegun) = (0, false);
    }

    private void TakePrepared()
    {
        if (_length > 0)
        {
            TakeStretch(_prepared.AsSpan(0, _length));
            _length = 0;
        }
    }

    private void Write(char unit)
    {
        if (_length == _prepared.Length)
        {
            if (_length == Array.MaxLength)
            {
                throw new ModelGenException("The text has a word longer than memory can hold; break it into lines first.");
            }

            Array.Resize(ref _prepared, (int)Math.Min(Array.MaxLength, 2L * _length));
        }

        _prepared[_length++] = unit;
    }
}
