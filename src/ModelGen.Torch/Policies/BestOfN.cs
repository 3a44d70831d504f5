using ModelGen.Rewards;

namespace ModelGen.Policies;

/// <summary>Choosing among several answers of a model as it is: what a trained policy is held against.</summary>
/// <example>
/// <code>
/// var rollouts = new Rollouts(model, tokenizer, mostTokens: 64);
/// var best = BestOfN.Best(rollouts, prompts, n: 8, reward, seed: 1);
/// var examples = BestOfN.Accepted(rollouts, prompts, n: 8, reward, least: 1, seed: 1);    // to train on
/// </code>
/// </example>
public static class BestOfN
{
    /// <summary>Writes several answers to each prompt, and takes the one with the highest reward (Stiennon et al. 2020, section 4.3); of
    /// equal ones the first.</summary>
    /// <param name="rollouts">What writes the answers.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="n">How many answers to choose from, at least 1.</param>
    /// <param name="reward">What says how good they are.</param>
    /// <param name="seed">The same seed gives the same answers.</param>
    /// <param name="cancellation">Cancels it between two tokens.</param>
    /// <returns>An answer to each prompt, in the same order, with its reward.</returns>
    /// <remarks>Its divergence from the model is at most ln n − (n − 1) / n nats, see <see cref="Divergence"/>.</remarks>
    public static IReadOnlyList<(Rollout Answer, double Reward)> Best(
        Rollouts rollouts,
        IReadOnlyList<string> prompts,
        int n,
        IReward reward,
        ulong seed = 0,
        CancellationToken cancellation = default
    ) =>
        [
            .. Scored(rollouts, prompts, n, reward, seed, cancellation)
                .Chunk(n)
                .Select(static group => group.MaxBy(static each => each.Reward)),
        ];

    /// <summary>
    /// Writes several answers to each prompt, and keeps those whose reward is high enough, for supervised training: rejection sampling.
    /// </summary>
    /// <param name="rollouts">What writes the answers.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="n">How many answers to each, at least 1.</param>
    /// <param name="reward">What says how good they are.</param>
    /// <param name="least">The lowest reward that is kept.</param>
    /// <param name="seed">The same seed gives the same answers.</param>
    /// <param name="cancellation">Cancels it between two tokens.</param>
    /// <returns>The answers that are kept, in the order of the prompts; a prompt may have none.</returns>
    public static IReadOnlyList<Rollout> Accepted(
        Rollouts rollouts,
        IReadOnlyList<string> prompts,
        int n,
        IReward reward,
        double least,
        ulong seed = 0,
        CancellationToken cancellation = default
    ) =>
        [
            .. Scored(rollouts, prompts, n, reward, seed, cancellation)
                .Where(each => each.Reward >= least)
                .Select(static each => each.Answer),
        ];

    /// <summary>
    /// ln n − (n − 1) / n: the divergence in nats of the best of n answers from the model that writes them, or a bound on it where answers
    /// can be equal (Stiennon et al. 2020, appendix G.3).
    /// </summary>
    /// <param name="n">How many answers there are to choose from, at least 1.</param>
    public static double Divergence(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return Math.Log(n) - ((n - 1.0) / n);
    }

    private static (Rollout Answer, double Reward)[] Scored(
        Rollouts rollouts,
        IReadOnlyList<string> prompts,
        int n,
        IReward reward,
        ulong seed,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(rollouts);
        ArgumentNullException.ThrowIfNull(reward);
        var answers = rollouts.Generate(prompts, n, seed, cancellation);
        var rewards = RewardScores.Of(reward, [.. answers.Select(static answer => answer.Answer)]);
        return [.. answers.Zip(rewards)];
    }
}
