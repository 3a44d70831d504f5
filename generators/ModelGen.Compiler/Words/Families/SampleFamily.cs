using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The base of families that generate samples, of a requested class or not.</summary>
/// <typeparam name="TObjective">The objectives of the family.</typeparam>
/// <param name="word">The family.</param>
/// <param name="summary">What it is.</param>
/// <param name="data">The key of its data.</param>
/// <param name="condition">The key of its class condition.</param>
/// <param name="goal">The key of its objective.</param>
/// <param name="training">The key of its training.</param>
/// <param name="parameters">All its keys, including these.</param>
internal abstract class SampleFamily<TObjective>(
    string word,
    string summary,
    WordParameter<DataKind> data,
    GroupParameter condition,
    WordParameter<TObjective> goal,
    GroupParameter training,
    params Parameter[] parameters
) : ModelFamily(word, summary, data, "SampleDataset", PlainInitialisation, training, parameters)
    where TObjective : Objective
{
    public sealed override string RunClass => "SampleRun";

    public sealed override string Example =>
        string.Join(
            "\n",
            [
                "model: Example",
                $"family: {Word}",
                "data: { image: [1, 6, 6] }",
                .. ExampleKeys,
                "precision: bfloat16",
                "initialiser: xavier-uniform",
                .. ExampleRoles,
                TrainingGroup.Example("2 epochs", "1k images", ExampleTraining),
            ]
        );

    /// <summary>The example's keys for what the roles work on.</summary>
    protected abstract IReadOnlyList<string> ExampleKeys { get; }

    /// <summary>The example's roles and their objective.</summary>
    protected abstract IReadOnlyList<string> ExampleRoles { get; }

    /// <summary>The example's training keys that those of other families lack.</summary>
    protected abstract IReadOnlyList<string> ExampleTraining { get; }

    public sealed override ModelSurface Surface(ModelGraph model)
    {
        var arguments = model.Spec.Arguments;
        return base.Surface(model) with
        {
            ReadFor = [new("sample-shape")],
            Constants = [.. Sizes(arguments), .. ClassCondition.Constants(arguments, condition)],
            Members =
            [
                new LengthsMember("sample-shape", [.. model.Data.Shape.Axes.Select(static axis => axis.Constant!.Value)]),
                .. model.Data.Range is { } range ? [new RangeMember("sample-range", range.Low, range.High)] : Array.Empty<SurfaceMember>(),
                .. Members(model),
                .. ClassCondition.Members(arguments, condition),
            ],
            Objective = Objective.Member(arguments.Get(goal), "SampleDataset"),
        };
    }

    protected sealed override ModuleGraph? BuildRoot(GraphBuilder model, ModelSpec spec)
    {
        var roles = new RolesBuilder(model, spec.Name);
        if (BuildRoles(roles, spec.Arguments, model.Data.Shape, ClassCondition.Classes(spec.Arguments, condition)) is not { } output)
        {
            return null;
        }

        roles.Graph.Output = output;
        return roles.Graph;
    }

    /// <summary>Builds and checks the roles that the spec has; returns the generated sample, or null if anything is missing.</summary>
    protected abstract Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long classes);

    /// <summary>The family's own sizes that the class has as constants.</summary>
    protected abstract IEnumerable<SizeConstant> Sizes(Arguments arguments);

    /// <summary>Further members that the base class requires.</summary>
    protected abstract IEnumerable<SurfaceMember> Members(ModelGraph model);
}
