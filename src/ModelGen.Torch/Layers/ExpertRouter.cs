using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The router of a mixture of experts (Shazeer et al. 2017, "Outrageously large neural networks"): it sends each vector x to the k experts
/// that p = softmax(x Wᵀ) finds likeliest, of equal ones the first, and adds up their results. Their weights are, with k above 1, p divided
/// by its sum over the k (Jiang et al. 2024, "Mixtral of experts") and with one expert p itself, without which the router would have no
/// gradient (Fedus et al. 2021, "Switch transformers"). No vector is dropped.
/// </summary>
/// <remarks>
/// <para>
/// In training it adds two losses to that of the step (see <see cref="AuxiliaryLosses"/>), over all vectors that a call sees, of which
/// there are N. The load-balancing loss is E Σ f P (Fedus et al. 2021, equation 4) over the E experts, with f the share of an expert in
/// the k N choices, which has no gradient, and P the mean of its p. It is 1 where all experts are used alike, whatever k, and at most E;
/// Mixtral's code divides by N where this divides by k N. The z-loss is the mean of (log Σ exp(x Wᵀ))² (Zoph et al. 2022, "ST-MoE",
/// equation 5). Shown with the loss are <c>expert_balance</c> and <c>router_z_loss</c>, both without their weights, and
/// <c>largest_expert_share</c>, the largest f: 1 / E where all are used alike, and at most 1 / k.
/// </para>
/// <para>
/// The vectors are sorted by expert, so that each expert runs once, on adjacent rows. Which rows are whose is read from the device. An
/// expert to which no vector goes does not run, and has no gradient in that step.
/// </para>
/// </remarks>
public sealed class ExpertRouter : nn.Module
{
    private readonly double _balance;
    private readonly double _zLoss;

    /// <summary>Creates the router; its weight is initialised like a linear layer's, from torch's global random generator.</summary>
    /// <param name="experts">E, the number of experts, at least 2.</param>
    /// <param name="features">n, the length of a vector, at least 1.</param>
    /// <param name="topK">k, how many experts a vector goes to, at least 1 and below the number of experts.</param>
    /// <param name="balance">The weight of the load-balancing loss, at least 0.</param>
    /// <param name="zLoss">The weight of the z-loss, at least 0.</param>
    /// <param name="device">The device of the weight; the CPU if null.</param>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public ExpertRouter(long experts, long features, long topK = 2, double balance = 0.01, double zLoss = 0.001, Device? device = null)
        : base(nameof(ExpertRouter))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(topK, experts);
        ArgumentOutOfRangeException.ThrowIfNegative(balance);
        ArgumentOutOfRangeException.ThrowIfNegative(zLoss);
        (Count, Features, TopK, _balance, _zLoss) = (experts, features, topK, balance, zLoss);
        var rows = nn.Parameter(empty([experts, features], device: device));
        nn.init.kaiming_uniform_(rows, a: Math.Sqrt(5));
        register_parameter(nameof(weight), rows);
    }

    /// <summary>E, the number of experts.</summary>
    public long Count { get; }

    /// <summary>n, the length of a vector.</summary>
    public long Features { get; }

    /// <summary>k, how many experts a vector goes to.</summary>
    public long TopK { get; }

    /// <summary>The weight W, [experts, n].</summary>
    public Parameter weight
    {
        get => get_parameter(nameof(weight))!;
        // For TorchSharp, which sets this property by name to a new parameter when the module moves to another device or type.
        private set => ConditionallyRegisterParameter(nameof(weight), value);
    }

    /// <summary>Sends each vector to its experts and adds up their results.</summary>
    /// <param name="input">The vectors, […, n]; the caller disposes it.</param>
    /// <param name="experts">The experts, each from vectors [rows, n] to results [rows, m].</param>
    /// <returns>[…, m]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are more or fewer experts than the router has rows.</exception>
    public Tensor Mix<T>(Tensor input, IList<T> experts)
        where T : nn.Module<Tensor, Tensor> =>
        Mix(input, experts, vectors => nn.functional.linear(vectors, weight), static (expert, vectors) => expert.call(vectors));

    /// <summary>Sends each vector of a decoding step to its experts and adds up their results.</summary>
    /// <param name="input">The vectors, [1, rows, n]; the caller disposes it.</param>
    /// <param name="experts">The experts, each from vectors [rows, n] to results [rows, m].</param>
    /// <param name="step">The step.</param>
    /// <returns>[1, rows, m]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are more or fewer experts than the router has rows.</exception>
    public Tensor Mix<T>(Tensor input, IList<T> experts, DecodingStep step)
        where T : GeneratedModule<Tensor, Tensor> =>
        Mix(input, experts, vectors => step.Linear(vectors, weight), (expert, vectors) => expert.Step(vectors, step));

    private Tensor Mix<T>(Tensor input, IList<T> experts, Func<Tensor, Tensor> scores, Func<T, Tensor, Tensor> call)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(experts);
        if (experts.Count != Count)
        {
            throw new ArgumentException($"The router chooses among {Count} experts; it got {experts.Count}.", nameof(experts));
        }

        using var scope = NewDisposeScope();
        using var vectors = input.reshape(-1, Features); // [N, n]
        var (shares, choices, counts) = Route(vectors, scores); // [N, k], [N · k], [E]
        var (sorted, order) = choices.sort(0, descending: false, stable: true);
        var places = order.argsort(); // where each choice stands in the order of the experts
        sorted.Dispose();
        using var results = Run(experts, call, Sorted(vectors, order), counts, places); // [N · k, m], by vector
        order.Dispose();
        using var mixed = TopK == 1 ? results * shares : Sum(results, shares);
        return mixed.reshape([.. input.shape.AsSpan(0, (int)input.dim() - 1), mixed.size(-1)]).MoveToOuterDisposeScope();
    }

    /// <summary>Does nothing: the constructor has registered the weight.</summary>
    protected override void RegisterComponents() { }

    /// <summary>
    /// The weights of the chosen experts' results, [N, k], the experts, [N · k], and how many choices each expert has got, [E].
    /// </summary>
    private (Tensor Shares, Tensor Choices, Tensor Counts) Route(Tensor vectors, Func<Tensor, Tensor> scores)
    {
        using var logits = scores(vectors); // [N, E]
        using var probabilities = logits.softmax(-1);
        using var chosen = Likeliest(probabilities); // [N, k]
        using var likeliest = probabilities.gather(-1, chosen);
        using var sums = likeliest.sum(-1, keepdim: true);
        var shares = TopK == 1 ? likeliest.alias() : likeliest / sums;
        var choices = chosen.reshape(-1);
        var counts = choices.bincount(null, minlength: Count);
        if (training && weight.requires_grad && vectors.size(0) > 0 && AuxiliaryLosses.AreWanted)
        {
            AddLosses(logits, probabilities, counts);
        }

        return (shares, choices, counts);
    }

    /// <summary>The k experts of the highest probability, [N, k]; unlike topk, it takes the first of equal ones on every device.</summary>
    private Tensor Likeliest(Tensor probabilities)
    {
        using var noGrad = no_grad();
        if (TopK == 1)
        {
            return probabilities.argmax(-1, keepdim: true);
        }

        using var scope = NewDisposeScope();
        var left = probabilities.clone();
        var taken = Numbers.Full([probabilities.size(0), 1], -1, probabilities.dtype, probabilities.device);
        var chosen = new Tensor[TopK];
        for (var i = 0; i < chosen.Length; i++)
        {
            chosen[i] = left.argmax(-1, keepdim: true);
            left.scatter_(-1, chosen[i], taken);
        }

        return cat(chosen, -1).MoveToOuterDisposeScope();
    }

    private void AddLosses(Tensor logits, Tensor probabilities, Tensor counts)
    {
        using var scope = NewDisposeScope();
        var used = counts.to(probabilities.dtype).DividedBy(logits.size(0) * TopK); // f, [E]
        var balance = (used * probabilities.mean([0])).sum().Times((double)Count);
        AuxiliaryLosses.Add("expert_balance", balance, _balance);
        if (_zLoss > 0)
        {
            AuxiliaryLosses.Add("router_z_loss", logits.logsumexp(-1).Squared().mean(), _zLoss);
        }

        AuxiliaryLosses.ShowLargest("largest_expert_share", used.max());
    }

    /// <summary>
    /// Each vector once for each of its experts, in the order of the experts, [N · k, n]. Without repeated rows to select, so that a GPU
    /// adds up their gradients in the same order each time.
    /// </summary>
    private Tensor Sorted(Tensor vectors, Tensor order)
    {
        if (TopK == 1)
        {
            return vectors.index_select(0, order);
        }

        using var single = vectors.unsqueeze(1);
        using var repeated = single.expand(-1, TopK, -1);
        using var copies = repeated.reshape(-1, Features);
        return copies.index_select(0, order);
    }

    /// <summary>The results of the experts on their rows, in the order of the choices; disposes the rows.</summary>
    private Tensor Run<T>(IList<T> experts, Func<T, Tensor, Tensor> call, Tensor rows, Tensor counts, Tensor places)
    {
        using var results = Run(experts, call, rows, Sizes(counts, rows.size(0)));
        return results.index_select(0, places);
    }

    private static Tensor Run<T>(IList<T> experts, Func<T, Tensor, Tensor> call, Tensor rows, long[] sizes)
    {
        using (rows)
        {
            var results = new List<Tensor>();
            var first = 0L;
            foreach (var (expert, size) in experts.Zip(sizes))
            {
                if (size > 0)
                {
                    using var own = rows.narrow(0, first, size);
                    results.Add(call(expert, own));
                    first += size;
                }
            }

            if (results.Count == 0)
            {
                return call(experts[0], rows);
            }

            if (results.Count == 1)
            {
                return results[0];
            }

            var all = cat(results, 0);
            results.ForEach(static result => result.Dispose());
            return all;
        }
    }

    // How many rows are each expert's; those that the others leave are the last one's.
    private static long[] Sizes(Tensor counts, long rows)
    {
        using var onHost = counts.cpu();
        long[] sizes = [.. onHost.data<long>()];
        sizes[^1] = rows - sizes.AsSpan(0, sizes.Length - 1).ToArray().Sum();
        return sizes;
    }

    private Tensor Sum(Tensor results, Tensor shares)
    {
        using var each = results.view(-1, TopK, results.size(-1)); // [N, k, m]
        using var weights = shares.unsqueeze(-1);
        using var weighed = each * weights;
        return weighed.sum(dim: 1);
    }
}
