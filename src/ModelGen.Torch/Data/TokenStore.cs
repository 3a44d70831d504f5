using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Where the tokens of a split are.</summary>
internal abstract class TokenStore : IDisposable
{
    /// <summary>The number of tokens.</summary>
    public abstract long Length { get; }

    /// <summary>The type in which they are stored.</summary>
    public abstract ScalarType ElementType { get; }

    /// <summary>The type of tokens that take some bytes each.</summary>
    /// <param name="width">The number of bytes, see <see cref="TokenWidth"/>.</param>
    public static ScalarType TypeOf(int width) =>
        width switch
        {
            sizeof(byte) => ScalarType.Byte,
            sizeof(short) => ScalarType.Int16,
            _ => ScalarType.Int32,
        };

    /// <summary>Gathers sequences.</summary>
    /// <param name="starts">The position of each one's first token.</param>
    /// <param name="length">The number of tokens of each.</param>
    /// <returns>int64 [starts, length], which the caller disposes.</returns>
    public abstract Tensor Rows(long[] starts, long length);

    /// <inheritdoc/>
    public virtual void Dispose() { }
}
