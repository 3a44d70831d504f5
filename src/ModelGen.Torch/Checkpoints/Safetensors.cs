using System.Text;
using ModelGen.Files;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>
/// A file of named tensors in the safetensors format: eight bytes with the length of a header (little endian), the header as JSON
/// (name → dtype, shape, offsets; strings under <c>__metadata__</c>), and the tensors' bytes, consecutively. Everything in the header is
/// checked when the file is opened, so that a damaged file cannot cause invalid reads; loading one runs no code.
/// </summary>
/// <remarks>The format is described by the huggingface/safetensors project; any safetensors reader can read these files.</remarks>
public sealed class Safetensors : IDisposable
{
    // Elements per chunk: a tensor may be larger than a span can be.
    private const long ChunkElements = 1 << 22;

    private static readonly (SafetensorsType Saved, ScalarType Type)[] Types =
    [
        (SafetensorsType.Float64, ScalarType.Float64),
        (SafetensorsType.Int64, ScalarType.Int64),
        (SafetensorsType.Float32, ScalarType.Float32),
        (SafetensorsType.Int32, ScalarType.Int32),
        (SafetensorsType.Float16, ScalarType.Float16),
        (SafetensorsType.BFloat16, ScalarType.BFloat16),
        (SafetensorsType.Int16, ScalarType.Int16),
        (SafetensorsType.Int8, ScalarType.Int8),
        (SafetensorsType.Byte, ScalarType.Byte),
        (SafetensorsType.Bool, ScalarType.Bool),
    ];

    private const string AnyFile = "file";

    private readonly SafetensorsFile _file;

    private Safetensors(SafetensorsFile file) => _file = file;

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>The strings stored alongside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _file.Header.Metadata;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _file.Header.Entries;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file, open for reading until disposed.</returns>
    /// <exception cref="ModelGenException">The file is missing, unreadable, truncated, or not a safetensors file.</exception>
    public static Safetensors Open(string path) => Open(path, AnyFile);

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">The kind of file, for messages: "checkpoint".</param>
    internal static Safetensors Open(string path, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Libtorch.Load();
        return new Safetensors(SafetensorsFile.Open(path, what));
    }

    /// <summary>Writes a file atomically: an earlier file of the same name stays untouched until the new one is complete on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Strings to store alongside them.</param>
    /// <exception cref="ModelGenException">The file cannot be written, for example because the disk is full.</exception>
    /// <exception cref="ArgumentException">A tensor has a dtype that the format lacks, or is named <c>__metadata__</c>.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        Write(path, tensors, metadata, AnyFile);

    /// <summary>Writes a file of the given kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Strings to store alongside them.</param>
    /// <param name="what">The kind of file, for messages: "classifier".</param>
    internal static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        string what
    ) => Write(path, tensors, metadata, what, hash: null);

    /// <summary>Writes a file that contains its own hash, see <see cref="ContentHash"/>.</summary>
    internal static void WriteHashed(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        string what
    )
    {
        using var hash = new ContentHash();
        Write(
            path,
            tensors,
            new Dictionary<string, string>(metadata, StringComparer.Ordinal) { [ContentHash.Key] = ContentHash.Blank },
            what,
            hash
        );
    }

    /// <summary>The dtype and shape of a tensor, formatted like <see cref="SafetensorsEntry.ToString"/>.</summary>
    internal static string Describe(Tensor tensor) => Describe(tensor.dtype, tensor.shape);

    /// <summary>The same of a tensor with this dtype and shape.</summary>
    internal static string Describe(ScalarType type, IReadOnlyList<long> shape) => $"{type} [{string.Join(", ", shape)}]";

    private static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        string what,
        ContentHash? hash
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        var header = SafetensorsHeader.Of(
            tensors.Select(static pair => (pair.Key, SavedType(pair.Key, pair.Value), (IReadOnlyList<long>)pair.Value.shape)),
            metadata
        );
        AtomicFile.Write(path, $"the {what}", stream =>
        {
            Add(header.Length);
            Add(header.Bytes.Span);
            foreach (var name in header.Entries.OrderBy(static pair => pair.Value.Begin).Select(static pair => pair.Key))
            {
                using var scope = NewDisposeScope();
                var flat = tensors[name].detach().cpu().contiguous().view(-1);
                var count = flat.numel();
                for (long start = 0; start < count; start += ChunkElements)
                {
                    using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, count - start));
                    Add(chunk.bytes);
                }
            }

            if (hash is not null)
            {
                stream.Position = SafetensorsHeader.LengthBytes + ContentHash.Find(header.Bytes.Span);
                stream.Write(Encoding.ASCII.GetBytes(hash.Finish()));
            }

            void Add(ReadOnlySpan<byte> bytes)
            {
                stream.Write(bytes);
                hash?.Add(bytes);
            }
        });
    }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">A name from <see cref="Entries"/>.</param>
    /// <returns>A new tensor on the CPU.</returns>
    /// <exception cref="ModelGenException">The file has no such tensor, or the disk fails.</exception>
    public Tensor Read(string name)
    {
        var entry = _file.Find(name);
        var tensor = empty([.. entry.Shape], dtype: TypeOf(entry));
        Fill(tensor, entry);
        return tensor;
    }

    /// <summary>Reads one tensor into another of the same shape and dtype, on any device.</summary>
    /// <param name="name">A name from <see cref="Entries"/>.</param>
    /// <param name="target">The destination; may be a parameter.</param>
    /// <exception cref="ModelGenException">The file has no such tensor, it differs in shape or dtype, or the disk fails.</exception>
    public void ReadInto(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var entry = _file.Find(name);
        if (!Fits(target, entry))
        {
            throw new ModelGenException($"The tensor '{name}' in '{Path}' is {entry}, not {Describe(target)}.");
        }

        if (target.device_type == DeviceType.CPU && target.is_contiguous())
        {
            Fill(target, entry);
            return;
        }

        using var noGrad = no_grad();
        using var read = Read(name);
        target.copy_(read);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Reads the whole file and compares it with the hash that it contains.</summary>
    /// <exception cref="ModelGenException">The two differ, or the file contains no hash.</exception>
    internal void CheckHash() => _file.CheckHash();

    /// <summary>Whether a tensor has the same dtype, shape and bytes as a tensor in the file.</summary>
    internal bool Holds(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        if (!Fits(tensor, _file.Find(name)))
        {
            return false;
        }

        var saved = Read(name).view(-1);
        var here = tensor.detach().cpu().contiguous().view(-1);
        for (long start = 0; start < saved.numel(); start += ChunkElements)
        {
            var count = Math.Min(ChunkElements, saved.numel() - start);
            using var savedChunk = saved.narrow(0, start, count);
            using var chunk = here.narrow(0, start, count);
            if (!savedChunk.bytes.SequenceEqual(chunk.bytes))
            {
                return false;
            }
        }

        return true;
    }

    private static SafetensorsType SavedType(string name, Tensor tensor)
    {
        var type = tensor.dtype;
        var found = Array.FindIndex(Types, known => known.Type == type);
        return found >= 0
            ? Types[found].Saved
            : throw new ArgumentException($"The tensor '{name}' has the dtype {type}, which a safetensors file cannot store.");
    }

    private static ScalarType TypeOf(SafetensorsEntry entry) => Types.Single(known => known.Saved == entry.Type).Type;

    private static bool Fits(Tensor tensor, SafetensorsEntry entry) =>
        TypeOf(entry) == tensor.dtype && entry.Shape.SequenceEqual(tensor.shape);

    private void Fill(Tensor tensor, SafetensorsEntry entry)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var flat = tensor.detach().view(-1);
        var count = flat.numel();
        for (long start = 0; start < count; start += ChunkElements)
        {
            using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, count - start));
            _file.Read(entry, start * tensor.element_size(), chunk.bytes);
        }
    }
}
