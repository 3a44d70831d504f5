using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>Which tokens a file holds: those of a text, made by a tokenizer.</summary>
internal sealed class TokenFileKey
{
    /// <summary>The number of bytes of each hash.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The number of digits of <see cref="Name"/>.</summary>
    public const int NameLength = 16;

    private readonly byte[] _text;
    private readonly byte[] _tokenizer;

    /// <param name="text">The text.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    public TokenFileKey(TextCorpus text, Tokenizer tokenizer)
    {
        _text = text.Hash();

        // Another version of this library may make other tokens.
        var version = typeof(TokenFileKey).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        _tokenizer = SHA256.HashData(Encoding.UTF8.GetBytes($"{version}\n{tokenizer.Serialize()}"));
        Vocabulary = tokenizer.VocabularySize;
    }

    /// <summary>SHA-256 of the text.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>SHA-256 of the tokenizer and of the version of its implementation.</summary>
    public ReadOnlySpan<byte> Tokenizer => _tokenizer;

    /// <summary>The number of tokens of the vocabulary.</summary>
    public int Vocabulary { get; }

    /// <summary>Hexadecimal digits for the name of the file.</summary>
    public string Name => Convert.ToHexStringLower(SHA256.HashData([.. _text, .. _tokenizer]))[..NameLength];
}
