using ModelGen.Decoding;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Some positions of some sequences, which a model computes at once from what it keeps of the positions before them: the prompt of one
/// sequence, or the next token of each of several. Tensors have the shape [1, rows, …], with a row for each position.
/// </summary>
/// <remarks>
/// On the CPU, a row's results are the same to the bit whatever other rows there are, so that a text does not depend on the texts written
/// beside it. Generated code calls these methods; programs use <c>SequenceDecoder</c>.
/// </remarks>
public sealed unsafe class DecodingStep : IDisposable
{
    // From how many multiply-adds on attention is worth another thread.
    private const long ThreadWorth = 1 << 18;
    private const int ScoresOnStack = 16_384;

    private readonly DecodingState _state;
    private readonly SequenceCache[] _sequences;
    private readonly int[] _positions;
    private readonly int[] _first;
    private readonly bool _wantsLast;
    private readonly bool _keepsHidden;
    private Tensor? _positionTensor;
    private int _layer;

    /// <param name="state">What all steps share.</param>
    /// <param name="sequences">The sequence of each row; rows of one sequence follow each other in the order of its positions.</param>
    /// <param name="wantsLast">Whether the scores of the last row alone are wanted.</param>
    /// <param name="keepsHidden">Whether <see cref="Hidden"/> is wanted, of all rows.</param>
    internal DecodingStep(DecodingState state, SequenceCache[] sequences, bool wantsLast = false, bool keepsHidden = false)
    {
        (_state, _sequences, _wantsLast, _keepsHidden) = (state, sequences, wantsLast, keepsHidden);
        (_positions, _first) = (new int[sequences.Length], new int[sequences.Length]);
        for (var row = 0; row < sequences.Length; row++)
        {
            _positions[row] = row > 0 && sequences[row] == sequences[row - 1] ? _positions[row - 1] + 1 : sequences[row].Length;
        }
    }

    /// <summary>How many rows there are.</summary>
    public int Rows => _sequences.Length;

    /// <summary>Whether the memory that a decoder attends to is read: the first step of a sequence does, and later ones know it.</summary>
    public bool ReadsMemory => _positions[0] == 0;

    /// <summary>
    /// What scores are made of, for each row: the input of the model's last layer; null where they are not kept, or where that layer is no
    /// linear map.
    /// </summary>
    internal float[][]? Hidden { get; private set; }

    /// <summary>Releases what it has made for its rows; the model's results stay.</summary>
    public void Dispose() => _positionTensor?.Dispose();

    /// <summary>x Wᵀ [+ b].</summary>
    /// <param name="x">The vectors, [1, rows, …, n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m]; null for none.</param>
    /// <returns>[1, rows, …, m]; the caller disposes it.</returns>
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (!_state.IsDirect)
        {
            return nn.functional.linear(x, weight, bias);
        }

        using var input = x.contiguous();
        var packed = _state.Weights.Of(weight);
        var sizes = input.Sizes();
        var rows = 1L;
        for (var axis = 0; axis < sizes.Length - 1; axis++)
        {
            rows *= sizes[axis];
        }

        var result = sizes.Length == 3 ? empty(sizes[0], sizes[1], packed.Outputs) : empty([.. sizes[..^1], packed.Outputs]);
        packed.Multiply(
            (float*)input.DataPointer(),
            checked((int)rows),
            bias is null ? null : (float*)bias.DataPointer(),
            (float*)result.DataPointer()
        );
        return result;
    }

    /// <summary>The scores of the tokens that come next, x Wᵀ [+ b]: the last layer of a model.</summary>
    /// <param name="x">The vectors, [1, rows, n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m]; null for none.</param>
    /// <returns>[1, wanted rows, m]; the caller disposes it.</returns>
    public Tensor Scores(Tensor x, Tensor weight, Tensor? bias = null)
    {
        if (!_keepsHidden)
        {
            return Linear(x, weight, bias);
        }

        ArgumentNullException.ThrowIfNull(x);
        using var here = x.to(ScalarType.Float32);
        using var onHost = here.cpu();
        using var dense = onHost.contiguous();
        var (all, width) = ((nint)dense.DataPointer(), checked((int)dense.size(-1)));
        Hidden = new float[Rows][];
        for (var row = 0; row < Rows; row++)
        {
            Hidden[row] = new ReadOnlySpan<float>((float*)all + ((long)row * width), width).ToArray();
        }

        using var wanted = _wantsLast ? x.narrow(1, -1, 1) : x.alias();
        return Linear(wanted, weight, bias);
    }

    /// <summary>x / √(mean of x² + ε) · weight over the last axes.</summary>
    /// <param name="x">The vectors.</param>
    /// <param name="norm">The norm.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public Tensor RmsNorm(Tensor x, RmsNorm norm)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(norm);
        if (!_state.IsDirect)
        {
            return norm.call(x);
        }

        using var input = x.contiguous();
        var result = empty_like(input);
        var length = checked((int)norm.weight.numel());
        float* from = (float*)input.DataPointer(),
            to = (float*)result.DataPointer(),
            weight = (float*)norm.weight.DataPointer();
        for (long first = 0, count = input.numel(); first < count; first += length)
        {
            RowKernels.RmsNorm(from + first, weight, (float)norm.Epsilon, length, to + first);
        }

        return result;
    }

    /// <summary>(x − mean) / √(variance + ε) · weight + bias over the last axes.</summary>
    /// <param name="x">The vectors.</param>
    /// <param name="norm">The norm.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public Tensor LayerNorm(Tensor x, TorchSharp.Modules.LayerNorm norm)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(norm);
        if (!_state.IsDirect)
        {
            return norm.call(x);
        }

        using var input = x.contiguous();
        var result = empty_like(input);
        var length = checked((int)norm.weight!.numel());
        float* from = (float*)input.DataPointer(),
            to = (float*)result.DataPointer(),
            weight = (float*)norm.weight!.DataPointer(),
            bias = norm.bias is { } shift ? (float*)shift.DataPointer() : null;
        for (long first = 0, count = input.numel(); first < count; first += length)
        {
            RowKernels.LayerNorm(from + first, weight, bias, (float)norm.eps, length, to + first);
        }

        return result;
    }

    /// <summary>x / (1 + e⁻ˣ).</summary>
    /// <param name="x">Any numbers.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public Tensor Silu(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!_state.IsDirect)
        {
            return nn.functional.silu(x);
        }

        using var input = x.contiguous();
        var result = empty_like(input);
        RowKernels.Silu((float*)input.DataPointer(), input.numel(), (float*)result.DataPointer());
        return result;
    }

    /// <summary>x Φ(x), where Φ is the normal distribution's.</summary>
    /// <param name="x">Any numbers.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public Tensor Gelu(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!_state.IsDirect)
        {
            return nn.functional.gelu(x);
        }

        using var input = x.contiguous();
        var result = empty_like(input);
        RowKernels.Gelu((float*)input.DataPointer(), input.numel(), (float*)result.DataPointer());
        return result;
    }

    /// <summary>A function of each row by itself; on the CPU libtorch's rounding may depend on where in a tensor a number is.</summary>
    /// <param name="x">The rows, [1, rows, …] or [rows, n].</param>
    /// <param name="function">The function, of each number by itself.</param>
    /// <returns>[1, rows, …]; the caller disposes it.</returns>
    public Tensor EachRow(Tensor x, Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(function);
        // An expert's vectors are rows without the axis before them.
        var axis = x.dim() == 2 ? 0 : 1;
        var rows = x.size(axis);
        if (!_state.IsDirect || rows == 1 || (axis == 1 && rows != Rows))
        {
            return function(x);
        }

        using var scope = NewDisposeScope();
        return cat([.. Enumerable.Range(0, (int)rows).Select(row => function(x.narrow(axis, row, 1)))], axis).MoveToOuterDisposeScope();
    }

    /// <summary>The rows of a table that belong to the positions.</summary>
    /// <param name="table">The table, [positions, n].</param>
    /// <returns>[rows, n]; the caller disposes it.</returns>
    public Tensor AtPositions(Tensor table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.index_select(0, Positions());
    }

    /// <summary>The sines and cosines of Vaswani et al. 2017 for the positions; see <see cref="Layers.SinusoidalPositions"/>.</summary>
    /// <param name="width">The length of a vector.</param>
    /// <returns>[rows, width]; the caller disposes it.</returns>
    public Tensor SinusoidalPositions(long width) =>
        AtPositions(_state.Table(width, () => Layers.SinusoidalPositions.Table(_state.Context, width, _state.Device)));

    /// <summary>The angles of rotary positions; see <see cref="RotaryPositions.Table"/>.</summary>
    /// <param name="width">The length of a query or key.</param>
    /// <param name="base">The base.</param>
    /// <param name="factor">What positions are divided by.</param>
    /// <param name="pairsNeighbours">Whether a pair is two neighbours.</param>
    /// <returns>For <see cref="Rotate"/>; the caller disposes it.</returns>
    public Tensor RotaryTable(long width, double @base, double factor, bool pairsNeighbours)
    {
        var table = _state.Table((width, @base, factor, pairsNeighbours), () =>
            RotaryPositions.Table(_state.Context, width, @base, factor, pairsNeighbours, _state.Device)
        );
        return _state.IsDirect ? table.alias() : table.index_select(1, Positions());
    }

    /// <summary>Rotates queries or keys by the angles of their positions.</summary>
    /// <param name="x">The queries or keys, [1, heads, rows, n].</param>
    /// <param name="table">What <see cref="RotaryTable"/> gives.</param>
    /// <param name="pairsNeighbours">Whether a pair is two neighbours.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public Tensor Rotate(Tensor x, Tensor table, bool pairsNeighbours)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(table);
        if (!_state.IsDirect)
        {
            return RotaryPositions.Rotate(x, table, pairsNeighbours);
        }

        var (heads, width) = (x.size(1), (int)x.size(3));
        var result = empty(1, heads, Rows, width);
        var strides = x.Strides();
        float* from = (float*)x.DataPointer(),
            to = (float*)result.DataPointer();
        var angles = (float*)table.DataPointer();
        var sines = table.size(1) * width;
        for (var head = 0L; head < heads; head++)
        {
            for (var row = 0; row < Rows; row++)
            {
                var cosine = angles + ((long)_positions[row] * width);
                RowKernels.Rotate(
                    from + (head * strides[1]) + (row * strides[2]),
                    cosine,
                    cosine + sines,
                    width,
                    pairsNeighbours,
                    to + (((head * Rows) + row) * width)
                );
            }
        }

        return result;
    }

    /// <summary>The number of each row's document; see <see cref="Layers.Documents"/>.</summary>
    /// <param name="tokens">The tokens, int64 [1, rows].</param>
    /// <param name="end">The token that ends a document, and is the first of the next.</param>
    /// <returns>[1, rows]; the caller disposes it.</returns>
    public Tensor Documents(Tensor tokens, long end)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var onHost = tokens.cpu();
        var ids = (long*)onHost.DataPointer();
        var numbers = new long[Rows];
        for (var row = 0; row < Rows; row++)
        {
            var (sequence, position) = (_sequences[row], _positions[row]);
            var before = position > 0 ? sequence.Document(position - 1) : 0;
            sequence.SetDocument(position, ids[row] == end ? before + 1 : before);
            _first[row] = sequence.DocumentStart(position);
            numbers[row] = sequence.Document(position);
        }

        return tensor(numbers, [1, Rows], device: tokens.device);
    }

    /// <summary>softmax(Q Kᵀ / √n) V: each row sees itself and the earlier positions of its sequence.</summary>
    /// <param name="query">Q, [1, heads, rows, n].</param>
    /// <param name="key">K, [1, groups, rows, n].</param>
    /// <param name="value">V, [1, groups, rows, m].</param>
    /// <param name="window">A position sees only those less than this away; null for all.</param>
    /// <param name="hasSlopes">Whether a score falls with the distance; see <see cref="Attention.Slopes"/>.</param>
    /// <param name="keepsDocumentsApart">Whether a position sees only those of its own document.</param>
    /// <returns>[1, heads, rows, m]; the caller disposes it.</returns>
    public Tensor Attend(
        Tensor query,
        Tensor key,
        Tensor value,
        long? window = null,
        bool hasSlopes = false,
        bool keepsDocumentsApart = false
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var layer = _layer++;
        var first = new int[Rows];
        for (var row = 0; row < Rows; row++)
        {
            var document = keepsDocumentsApart ? _first[row] : 0;
            first[row] = (int)Math.Max(document, window is { } reach ? _positions[row] - reach + 1 : 0);
        }

        return _state.IsDirect
            ? AttendDirectly(layer, query, key, value, first, hasSlopes)
            : AttendByTensors(layer, query, key, value, first, hasSlopes);
    }

    /// <summary>Keeps the keys and values of what a decoder attends to.</summary>
    /// <param name="key">The keys, [1, groups, S, n].</param>
    /// <param name="value">The values, [1, groups, S, m].</param>
    /// <param name="presence">0 for those that are left out unless all of them are, [1, S]; null if none is.</param>
    public void Remember(Tensor key, Tensor value, Tensor? presence = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        using var scope = NewDisposeScope();
        if (presence is not null)
        {
            var marks = presence.to(ScalarType.Float32).cpu().view(-1).data<float>().ToArray();
            long[] present = [.. marks.Index().Where(static mark => mark.Item != 0).Select(static mark => (long)mark.Index)];
            if (present.Length > 0 && present.Length < marks.Length)
            {
                var rows = tensor(present, device: key.device);
                (key, value) = (key.index_select(2, rows), value.index_select(2, rows));
            }
        }

        var length = (int)key.size(2);
        var cache = _sequences[0].Layer(_layer, () => NewLayer(key, value, length), isMemory: true);
        if (cache is KeyValueCache direct)
        {
            Write(direct, key, value, length);
        }
        else
        {
            ((TensorCache)cache).Write(0, key, value);
        }
    }

    /// <summary>softmax(Q Kᵀ / √n) V over the keys and values that <see cref="Remember"/> has kept for each row's sequence.</summary>
    /// <param name="query">Q, [1, heads, rows, n].</param>
    /// <returns>[1, heads, rows, m]; the caller disposes it.</returns>
    public Tensor AttendMemory(Tensor query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var layer = _layer++;
        var caches = Array.ConvertAll(_sequences, sequence => sequence.Layer(layer));
        if (_state.IsDirect)
        {
            var last = Array.ConvertAll(caches, static cache => ((KeyValueCache)cache).Capacity - 1);
            return Attend(caches, query, new int[Rows], last, hasSlopes: false);
        }

        using var scope = NewDisposeScope();
        var parts = Runs()
            .Select(run =>
            {
                var cache = (TensorCache)caches[run.Row];
                return cache.Attend(query.narrow(2, run.Row, run.Count), cache.Capacity, bias: null);
            })
            .ToArray();
        return cat(parts, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The rows whose scores are wanted, or what scores are made of.</summary>
    /// <param name="x">[1, rows, …].</param>
    /// <returns>[1, wanted rows, …]; the caller disposes it.</returns>
    public Tensor Wanted(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return _wantsLast && !_keepsHidden ? x.narrow(1, -1, 1) : x.alias();
    }

    private Tensor AttendDirectly(int layer, Tensor query, Tensor key, Tensor value, int[] first, bool hasSlopes)
    {
        var caches = Array.ConvertAll(_sequences, sequence => sequence.Layer(layer, () => NewLayer(key, value, _state.Context)));
        for (var row = 0; row < Rows; row++)
        {
            Write((KeyValueCache)caches[row], key, value, row, _positions[row]);
        }

        return Attend(caches, query, first, _positions, hasSlopes);
    }

    private Tensor Attend(LayerCache[] caches, Tensor query, int[] first, int[] last, bool hasSlopes)
    {
        var (heads, size) = ((int)query.size(1), ((KeyValueCache)caches[0]).ValueSize);
        var slopes = hasSlopes ? Attention.Slopes(heads) : null;
        using var result = empty(1, Rows, heads, size);
        float* from = (float*)query.DataPointer(),
            to = (float*)result.DataPointer();
        var (headStride, rowStride) = (query.Strides()[1], query.Strides()[2]);
        var work = 0L;
        for (var row = 0; row < Rows; row++)
        {
            work += (last[row] - first[row] + 1L) * heads * (query.size(3) + size);
        }

        var threads = (int)Math.Clamp(work / ThreadWorth, 1, Math.Min(heads, LibtorchThreads.Count));
        LibtorchThreads.Run(threads, part => Part(heads * part / threads, heads * (part + 1) / threads));
        return result.transpose(1, 2);

        void Part(int firstHead, int endHead)
        {
            var length = (last.Max() + 16) / 16 * 16;
            using var buffer = length > ScoresOnStack ? new NativeBuffer<float>(length) : null;
            var onStack = stackalloc float[buffer is null ? length + 16 : 0];
            var scores = buffer is null ? (float*)(((nint)onStack + 63) & -64) : buffer.Start;
            for (var row = 0; row < last.Length; row++)
            {
                var cache = (KeyValueCache)caches[row];
                for (var head = firstHead; head < endHead; head++)
                {
                    cache.Attend(
                        head / (heads / cache.Groups),
                        from + (head * headStride) + (row * rowStride),
                        first[row],
                        last[row],
                        slopes is null ? 0 : (float)slopes[head],
                        scores,
                        to + ((((long)row * heads) + head) * size)
                    );
                }
            }
        }
    }

    private Tensor AttendByTensors(int layer, Tensor query, Tensor key, Tensor value, int[] first, bool hasSlopes)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        foreach (var (row, count) in Runs())
        {
            var cache = (TensorCache)_sequences[row].Layer(layer, () => NewLayer(key, value, _state.Context));
            cache.Write(_positions[row], key.narrow(2, row, count), value.narrow(2, row, count));
            var length = _positions[row] + count;
            if (_positions[row] == 0 && !hasSlopes && first.AsSpan(row, count).IndexOfAnyExcept(0) < 0)
            {
                parts.Add(
                    Attention.ScaledDotProduct(
                        query.narrow(2, row, count),
                        key.narrow(2, row, count),
                        value.narrow(2, row, count),
                        isCausal: true
                    )
                );
                continue;
            }

            parts.Add(cache.Attend(query.narrow(2, row, count), length, Bias(query, row, count, length, first, hasSlopes)));
        }

        return cat(parts, 2).MoveToOuterDisposeScope();
    }

    // Null where the rows see all positions alike.
    private Tensor? Bias(Tensor query, int row, int count, int length, int[] first, bool hasSlopes)
    {
        if (count == 1 && first[row] == 0 && !hasSlopes)
        {
            return null;
        }

        var slopes = hasSlopes ? Attention.Slopes((int)query.size(1)) : [0];
        var bias = new float[slopes.Count * count * length];
        for (var head = 0; head < slopes.Count; head++)
        {
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < length; j++)
                {
                    var position = _positions[row + i];
                    bias[(((head * count) + i) * length) + j] =
                        j < first[row + i] || j > position ? float.NegativeInfinity : (float)(-slopes[head] * (position - j));
                }
            }
        }

        return tensor(bias, [slopes.Count, count, length], device: query.device);
    }

    private LayerCache NewLayer(Tensor key, Tensor value, int capacity) =>
        _state.IsDirect
            ? new KeyValueCache((int)key.size(1), (int)key.size(3), (int)value.size(3), capacity)
            : new TensorCache(key, value, capacity);

    private static void Write(KeyValueCache cache, Tensor key, Tensor value, int row, int position)
    {
        var keys = key.Strides();
        var values = value.Strides();
        for (var group = 0; group < cache.Groups; group++)
        {
            cache.Write(
                group,
                position,
                (float*)key.DataPointer() + (group * keys[1]) + (row * keys[2]),
                (float*)value.DataPointer() + (group * values[1]) + (row * values[2])
            );
        }
    }

    private static void Write(KeyValueCache cache, Tensor key, Tensor value, int length)
    {
        for (var position = 0; position < length; position++)
        {
            Write(cache, key, value, position, position);
        }
    }

    // The rows of each sequence.
    private IEnumerable<(int Row, int Count)> Runs()
    {
        var row = 0;
        while (row < Rows)
        {
            var count = 1;
            while (row + count < Rows && _sequences[row + count] == _sequences[row])
            {
                count++;
            }

            yield return (row, count);
            row += count;
        }
    }

    private Tensor Positions() =>
        _positionTensor ??= tensor(Array.ConvertAll(_positions, static position => (long)position), device: _state.Device)
            .DetachFromDisposeScope();
}
