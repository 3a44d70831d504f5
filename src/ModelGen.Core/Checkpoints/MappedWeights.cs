using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using ModelGen.Compiler.Files;

namespace ModelGen.Checkpoints;

/// <summary>
/// The weights in a safetensors file mapped into memory, read as float32: float16 and bfloat16 have a float32 of the same value.
/// </summary>
internal sealed class MappedWeights : IDisposable
{
    private const int Chunk = 1 << 15;

    private readonly SafetensorsFile _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewStream _view;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelGenException">The file is missing, cannot be read, is truncated, or is not a safetensors file.</exception>
    public MappedWeights(string path)
    {
        _file = SafetensorsFile.Open(path, WeightFiles.Kind);
        try
        {
            _map = _file.Map();
            _view = _map.CreateViewStream(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _map?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _file.Header.Entries;

    /// <summary>Reads elements of a tensor.</summary>
    /// <param name="entry">The tensor, whose form <see cref="TensorForm.IsReadable"/>.</param>
    /// <param name="start">The first element to read.</param>
    /// <param name="target">The buffer to fill.</param>
    public void Read(SafetensorsEntry entry, long start, Span<float> target)
    {
        var size = SafetensorsHeader.BytesOf(entry.Type);
        _view.Position = _file.Header.DataStart + entry.Begin + (start * size);
        if (entry.Type == SafetensorsType.Float32)
        {
            _view.ReadExactly(MemoryMarshal.AsBytes(target));
            return;
        }

        var buffer = ArrayPool<ushort>.Shared.Rent(Math.Min(Chunk, target.Length));
        while (target.Length > 0)
        {
            var halves = buffer.AsSpan(0, Math.Min(buffer.Length, target.Length));
            _view.ReadExactly(MemoryMarshal.AsBytes(halves));
            Widen(halves, target, entry.Type == SafetensorsType.BFloat16);
            target = target[halves.Length..];
        }

        ArrayPool<ushort>.Shared.Return(buffer);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    // A bfloat16 is the upper half of a float32.
    private static void Widen(ReadOnlySpan<ushort> halves, Span<float> target, bool isBFloat16)
    {
        for (var i = 0; i < halves.Length; i++)
        {
            target[i] = isBFloat16
                ? BitConverter.UInt32BitsToSingle((uint)halves[i] << 16)
                : (float)BitConverter.UInt16BitsToHalf(halves[i]);
        }
    }
}
