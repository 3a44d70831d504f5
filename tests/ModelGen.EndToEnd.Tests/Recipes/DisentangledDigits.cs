namespace ModelGen.EndToEnd.Tests.Recipes;

/// <summary>
/// The recipe of <c>disentangled-digits.run.yaml</c>, written as attributes, for a model whose class is only made from its spec.
/// </summary>
[Recipe(typeof(Digits), Summary = "Trains for latents that lie near the prior.")]
[Idx("recipes/digits", Crop = 2), Elbo(Beta = 20)]
[Training(Batch = 16, Duration = "60 steps"), AdamW(1e-3, WeightDecay = 0.01)]
public static partial class DisentangledDigits;
