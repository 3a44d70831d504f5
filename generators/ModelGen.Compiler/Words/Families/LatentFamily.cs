using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Families;

/// <summary>What families have in common that make samples from vectors of a latent space.</summary>
/// <typeparam name="TObjective">The objectives of the family.</typeparam>
/// <param name="word">The family.</param>
/// <param name="summary">What it is.</param>
/// <param name="data">The key of its data.</param>
/// <param name="condition">The key of the classes that it is asked for.</param>
/// <param name="goal">The key of its objective.</param>
/// <param name="training">The key of how it is trained.</param>
/// <param name="parameters">All its keys, these and the size of the latent space among them.</param>
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
    protected static readonly IntegerParameter Latent = new("latent", "how many axes the latent space has")
    {
        IsRequired = true,
        Maximum = 1 << 20,
    };

    protected sealed override Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long classes) =>
        arguments.TryGet(Latent, out var latent) ? BuildRoles(roles, arguments, sample, latent, classes) : null;

    protected sealed override IEnumerable<SizeConstant> Sizes(Arguments arguments) =>
        [new(Latent.Name, "How many axes the latent space has.", arguments.Get(Latent))];

    protected sealed override IEnumerable<SurfaceMember> Members(ModelGraph model) => [new SizeMember("latent-size", Latent.Name)];

    /// <summary>
    /// Builds and checks the roles, as far as the spec has them; gives the sample that comes out, or null where something is missing.
    /// </summary>
    protected abstract Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long latent, long classes);
}
