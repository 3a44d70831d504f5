using System.Buffers.Binary;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Reads the models of SentencePiece: a message of protocol buffers, <c>sentencepiece_model.proto</c>.</summary>
internal ref struct SentencePieceFile
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    private readonly TokenizerFile _file;
    private ReadOnlySpan<byte> _rest;

    private SentencePieceFile(ReadOnlySpan<byte> message, TokenizerFile file)
    {
        _rest = message;
        _file = file;
    }

    /// <summary>Reads a model.</summary>
    public static UnigramTokenizer Parse(ReadOnlySpan<byte> message, TokenizerFile file)
    {
        var pieces = new List<UnigramPiece>();
        var (type, isSuffix, fallsBack) = (1UL, false, false);
        var (addsSpace, removesSpaces, escapesSpaces) = (true, true, true);
        byte[] rules = [];
        var model = new SentencePieceFile(message, file);
        while (model.ReadField(out var field, out var number, out var content))
        {
            switch (field)
            {
                case 1:
                    pieces.Add(ReadPiece(content, pieces.Count, file));
                    break;
                case 2:
                    var trainer = new SentencePieceFile(content, file);
                    while (trainer.ReadField(out field, out number, out _))
                    {
                        type = field == 3 ? number : type;
                        isSuffix = field == 24 ? number != 0 : isSuffix;
                        fallsBack = field == 35 ? number != 0 : fallsBack;
                    }

                    break;
                case 3:
                    var normalizer = new SentencePieceFile(content, file);
                    while (normalizer.ReadField(out field, out number, out content))
                    {
                        rules = field == 2 ? content.ToArray() : rules;
                        addsSpace = field == 3 ? number != 0 : addsSpace;
                        removesSpaces = field == 4 ? number != 0 : removesSpaces;
                        escapesSpaces = field == 5 ? number != 0 : escapesSpaces;
                    }

                    break;
            }
        }

        if (type != 1)
        {
            throw file.Wrong($"its model is of type {type switch { 2 => "BPE", 3 => "word", 4 => "char", _ => type }}; expected unigram");
        }

        if (isSuffix || !escapesSpaces)
        {
            throw file.Wrong("it puts spaces after words or leaves them as they are, which ModelGen does not do");
        }

        return new UnigramTokenizer(
            new UnigramModel
            {
                Pieces = [.. pieces],
                Unknown = UnknownOf(pieces, file),
                Specials = pieces
                    .Select(static (piece, id) => (piece, id))
                    .Where(static entry => entry.piece.Kind is UnigramPieceKind.Control or UnigramPieceKind.Unknown)
                    .ToDictionary(static entry => entry.piece.Text, static entry => entry.id),
                Rules = rules,
                AddsSpace = addsSpace,
                JoinsSpaces = removesSpaces,
                TrimsSpaces = removesSpaces,
                FallsBackToBytes = fallsBack,
            },
            file
        );
    }

    /// <summary>The only unknown piece; each piece stands there once.</summary>
    public static int UnknownOf(IReadOnlyList<UnigramPiece> pieces, TokenizerFile file)
    {
        var texts = new HashSet<string>();
        var unknown = UnigramTrie.None;
        for (var id = 0; id < pieces.Count; id++)
        {
            if (!texts.Add(pieces[id].Text))
            {
                throw file.Wrong($"the piece {TokenizerFile.Show(pieces[id].Text)} with the id {id} stands there twice");
            }

            if (pieces[id].Kind == UnigramPieceKind.Unknown)
            {
                unknown = unknown < 0 ? id : throw file.Wrong($"it has two unknown pieces, with the ids {unknown} and {id}");
            }
        }

        return unknown >= 0
            ? unknown
            : throw file.Wrong($"none of its {pieces.Count} pieces is the unknown one; expected a model of SentencePiece, which has one");
    }

    private static UnigramPiece ReadPiece(ReadOnlySpan<byte> message, int id, TokenizerFile file)
    {
        var (text, score, kind) = ("", 0.0, 1UL);
        var piece = new SentencePieceFile(message, file);
        while (piece.ReadField(out var field, out var number, out var content))
        {
            switch (field)
            {
                case 1:
                    text = ReadText(content, id, file);
                    break;
                case 2:
                    score = BitConverter.UInt32BitsToSingle((uint)number);
                    break;
                case 3:
                    kind = number;
                    break;
            }
        }

        if (text.Length == 0 || !double.IsFinite(score) || kind is < 1 or > 6)
        {
            throw file.Wrong($"its piece {id} has no text, no finite score, or a type other than 1 to 6");
        }

        return new UnigramPiece(text, score, (UnigramPieceKind)kind);
    }

    private static string ReadText(ReadOnlySpan<byte> content, int id, TokenizerFile file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException exception)
        {
            throw file.Wrong($"its piece {id} is not UTF-8", exception);
        }
    }

    private bool ReadField(out int field, out ulong number, out ReadOnlySpan<byte> content)
    {
        (field, number) = (0, 0);
        content = [];
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        field = tag >> 3 is > 0 and < int.MaxValue and var known ? (int)known : throw Damaged();
        switch ((int)(tag & 7))
        {
            case Varint:
                number = ReadVarint();
                break;
            case Fixed64:
                number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case Bytes:
                content = Take(ReadVarint());
                break;
            case Fixed32:
                number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Damaged();
        }

        return true;
    }

    private ulong ReadVarint()
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }

        throw Damaged();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw _file.Wrong($"it ends too early: a field has {length} bytes by its own account, but {_rest.Length} are left");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private readonly ModelGenException Damaged() =>
        _file.Wrong("it is no message of protocol buffers; expected a model of SentencePiece, or a 'tokenizer.json'");
}
