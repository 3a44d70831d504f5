using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The base of families that generate samples from latent vectors.</summary>
/// <typeparam name="TObjective">The objectives of the family.</typeparam>
/// <param name="word">The family.</param>
/// <param name="summary">What it is.</param>
/// <param name="data">The key of its data.</param>
/// <param name="condition">The key of its class condition.</param>
/// <param name="goal">The key of its objective.</param>
/// <param name="training">The key of its training.</param>
/// <param name="parameters">All its keys, including these and the size of the latent space.</param>
internal abstract class LatentFamily<TObjective>(
    string word,
    string summary,
    WordParameter<DataKind> data,
    GroupParameter condition,
    WordParameter<TObjective> goal,
    GroupParameter training,
    params Parameter[] parameters
) : SampleFamily<TObjective>(word, summary, data, condition, goal, training, parameters)
    where TObjective : Objective
{
    /// <summary>The size of the latent space.</summary>
    protected static readonly IntegerParameter Latent = new("latent", "the number of latent dimensions")
    {
        IsRequired = true,
        Maximum = 1 << 20,
    };

    protected sealed override Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long classes) =>
        arguments.TryGet(Latent, out var latent) ? BuildRoles(roles, arguments, sample, latent, classes) : null;

    protected sealed override IEnumerable<SizeConstant> Sizes(Arguments arguments) =>
        [new(Latent.Name, "How many axes the latent space has.", arguments.Get(Latent))];

    protected sealed override IEnumerable<SurfaceMember> Members(ModelGraph model) => [new SizeMember("latent-size", Latent.Name)];

    /// <summary>Builds and checks the roles that the spec has; returns the generated sample, or null if anything is missing.</summary>
    protected abstract Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long latent, long classes);
}
