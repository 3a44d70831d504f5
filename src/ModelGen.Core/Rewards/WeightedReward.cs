namespace ModelGen.Rewards;

/// <summary>A reward as a part of a sum.</summary>
/// <param name="Reward">The reward.</param>
/// <param name="Weight">What it is multiplied by.</param>
public sealed record WeightedReward(IReward Reward, double Weight = 1);
