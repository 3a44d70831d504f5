using ModelGen.Likelihoods;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// A codebook whose vectors are moving averages of an encoder's outputs (van den Oord et al. 2017, "Neural discrete representation
/// learning", appendix A.1; Razavi et al. 2019, "Generating diverse high-fidelity images with VQ-VAE-2", section 2.1). Each vector of a
/// grid is replaced by the code whose vector is nearest to it.
/// </summary>
/// <remarks>
/// <para>
/// State, in buffers: <c>codes</c> [K, n], the vectors; <c>use</c> [K], the moving average N of how many vectors of a batch are assigned to
/// each code; <c>sums</c> [K, n], the moving average m of their sums. A training step sets N ← d N + (1 − d) count, m ← d m + (1 − d) sum,
/// and each code's vector to m / Ñ with Laplace smoothing: Ñ = (N + ε) / (ΣN + K ε) ΣN, ε = 10⁻⁵. Averaging a model's weights copies the
/// latest codebook, like every buffer: it is already an average.
/// </para>
/// <para>
/// Before it assigns codes, a training step replaces dead codes, whose use is below the fraction <c>reviveBelow</c> of an even use (the
/// batch's vectors / K), with vectors of the batch drawn with torch's own generator (the random restarts of Dhariwal et al. 2020,
/// "Jukebox", section 3). A revived code starts with exactly that use, so the next step replaces it again unless this one uses it enough.
/// At the first batch every code is dead, so the batch initialises the codebook. In evaluation nothing changes.
/// </para>
/// </remarks>
public sealed class VectorQuantiser : nn.Module
{
    private const double Epsilon = 1e-5;

    private readonly double _decay;
    private readonly double _reviveBelow;

    // The vectors of a batch that is processed in parts, and their codes; nothing is learned until its end.
    private (Tensor Vectors, Tensor Nearest)? _batch;

    /// <summary>Creates a codebook in which every code is dead.</summary>
    /// <param name="count">K, the number of codes, at least 2.</param>
    /// <param name="size">n, the length of a vector, at least 1.</param>
    /// <param name="decay">d, the decay of the moving averages at each training step, at least 0 and below 1.</param>
    /// <param name="reviveBelow">The fraction of an even use below which a code is dead, above 0 and below 1.</param>
    /// <param name="device">The device of the codebook; the CPU if null.</param>
    public VectorQuantiser(long count, long size, double decay = 0.99, double reviveBelow = 0.1, Device? device = null)
        : base(nameof(VectorQuantiser))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (decay is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(decay),
                decay,
                "The decay of the codebook's averages must be at least 0 and below 1."
            );
        }

        if (reviveBelow is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(reviveBelow),
                reviveBelow,
                "The fraction of an even use below which a code is revived must be above 0 and below 1."
            );
        }

        (Count, Size, _decay, _reviveBelow) = (count, size, decay, reviveBelow);
        register_buffer("codes", zeros([count, size], device: device));
        register_buffer("use", zeros([count], device: device));
        register_buffer("sums", zeros([count, size], device: device));
    }

    /// <summary>K, the number of codes.</summary>
    public long Count { get; }

    /// <summary>n, the length of a code's vector.</summary>
    public long Size { get; }

    // Moving the module to another device or type replaces its buffers, so no field holds them.
    private Tensor Codes => get_buffer("codes")!;

    private Tensor Use => get_buffer("use")!;

    private Tensor Sums => get_buffer("sums")!;

    /// <summary>The nearest code of each vector; of several equally near, the first. The codebook does not learn from them.</summary>
    /// <param name="grid">Vectors, [batch, n, …].</param>
    /// <returns>Codes, int64 [batch, …]; the caller disposes them.</returns>
    public Tensor Nearest(Tensor grid)
    {
        using var noGrad = no_grad();
        using var vectors = Rows(grid);
        using var nearest = NearestOf(vectors);
        return nearest.view(Places(grid));
    }

    /// <summary>The vectors of codes.</summary>
    /// <param name="codes">Codes, int64 [batch, …].</param>
    /// <returns>[batch, n, …], without a gradient; the caller disposes it.</returns>
    public Tensor Vectors(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var flat = codes.reshape(-1);
        using var rows = Codes.index_select(0, flat);
        using var last = rows.view([.. codes.shape, Size]);
        using var channels = last.movedim([-1], [1]);
        return channels.contiguous();
    }

    /// <summary>
    /// The nearest codes and their vectors. In training the codebook then learns from the grid; the result is from before that.
    /// </summary>
    /// <param name="grid">Vectors, [batch, n, …].</param>
    /// <returns>Codes, int64 [batch, …], and vectors, [batch, n, …], both without a gradient; the caller disposes them.</returns>
    public (Tensor Codes, Tensor Vectors) Quantise(Tensor grid)
    {
        using var noGrad = no_grad();
        using var vectors = Rows(grid);
        var learns = training && _batch is null;
        if (learns)
        {
            Revive(vectors);
        }

        using var nearest = NearestOf(vectors);
        var codes = nearest.view(Places(grid));
        var quantised = Vectors(codes);
        if (learns)
        {
            Learn(vectors, nearest);
        }

        return (codes, quantised);
    }

    /// <summary>
    /// Begins a batch whose parts <see cref="Quantise"/> will process one after another, and revives dead codes; the codebook learns only
    /// in <see cref="EndBatch"/>.
    /// </summary>
    /// <param name="grids">The parts, each [batch, n, …].</param>
    internal void BeginBatch(IEnumerable<Tensor> grids)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var vectors = cat([.. grids.Select(Rows)], 0);
        Revive(vectors);
        _batch = (vectors.DetachFromDisposeScope(), NearestOf(vectors).DetachFromDisposeScope());
    }

    /// <summary>Learns from the batch that <see cref="BeginBatch"/> began.</summary>
    internal void EndBatch()
    {
        if (_batch is not { } batch)
        {
            return;
        }

        using var noGrad = no_grad();
        using (batch.Vectors)
        using (batch.Nearest)
        {
            Learn(batch.Vectors, batch.Nearest);
        }

        _batch = null;
    }

    /// <summary>The straight-through estimator z + sg(e − z): the code vectors, with gradients passed to z unchanged.</summary>
    /// <param name="grid">The encoder's output, z.</param>
    /// <param name="vectors">The code vectors, e, of the same shape.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    public static Tensor StraightThrough(Tensor grid, Tensor vectors)
    {
        ArgumentNullException.ThrowIfNull(grid);
        using var detached = grid.detach();
        using var change = vectors - detached;
        return grid.Plus(change);
    }

    /// <summary>How often each code occurs, float32 [K].</summary>
    internal Tensor Counts(Tensor codes)
    {
        using var flat = codes.reshape(-1);
        using var ones = torch.ones(flat.size(0), device: flat.device);
        var counts = zeros(Count, device: flat.device);
        return counts.IndexAddInPlace(0, flat, ones);
    }

    /// <summary>Does nothing: the constructor has registered the buffers.</summary>
    protected override void RegisterComponents() { }

    /// <summary>The grid's vectors as rows, [rows, n], without a gradient.</summary>
    private Tensor Rows(Tensor grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (grid.dim() < 3 || grid.size(1) != Size)
        {
            throw new ArgumentException(
                $"The codebook takes a grid of vectors [batch, {Size}, …] with at least one axis after the vectors; it got "
                    + $"[{string.Join(", ", grid.shape)}].",
                nameof(grid)
            );
        }

        using var detached = grid.detach();
        using var last = detached.movedim([1], [-1]);
        return last.reshape(-1, Size);
    }

    /// <summary>The shape of the codes of a grid.</summary>
    private static long[] Places(Tensor grid) => [grid.size(0), .. grid.shape.AsSpan(2)];

    /// <summary>|z − e|² = |z|² − 2 z·e + |e|², where |z|² is the same for every code: no tensor larger than [rows, K] is made.</summary>
    private Tensor NearestOf(Tensor vectors)
    {
        using var squares = Codes.Squared();
        using var norms = squares.sum([1]); // [K]
        using var columns = Codes.t();
        using var distances = addmm(norms, vectors, columns, beta: 1, alpha: -2);
        return distances.argmin(1);
    }

    private void Revive(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var rows = vectors.size(0);
        var least = _reviveBelow * rows / Count;
        var isDead = Use.Less(least); // [K]
        var isDeadRow = isDead.unsqueeze(1);
        var drawn = vectors.index_select(0, randint(rows, [Count], dtype: ScalarType.Int64, device: vectors.device)); // [K, n]
        Use.MaskedFillInPlace(isDead, least);
        Codes.copy_(where(isDeadRow, drawn, Codes));
        Sums.copy_(where(isDeadRow, drawn.Times(least), Sums));
    }

    private void Learn(Tensor vectors, Tensor nearest)
    {
        using var scope = NewDisposeScope();

        // As a matrix product: on a GPU, adding rows by index sums them in a random order.
        var chosen = nn.functional.one_hot(nearest, Count).to(vectors.dtype); // [rows, K]
        Use.TimesInPlace(_decay).AddInPlace(chosen.sum([0]), alpha: 1 - _decay);
        Sums.TimesInPlace(_decay).AddInPlace(chosen.t().matmul(vectors), alpha: 1 - _decay);
        var total = Use.sum();
        var smoothed = Use.Plus(Epsilon) / total.Plus(Count * Epsilon) * total;
        Codes.copy_(Sums / smoothed.unsqueeze(1));
    }
}
