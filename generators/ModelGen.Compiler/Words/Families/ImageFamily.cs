using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

/// <summary>What families have in common that make pictures, asked for a class or not.</summary>
internal abstract class ImageFamily(string word, string summary, WordParameter<DataKind> data, GroupParameter condition, GroupParameter training, params Parameter[] parameters)
    : Family(word, summary, parameters)
{
    /// <summary>How weights start.</summary>
    protected static readonly WordParameter<Initialiser> Initialisation = Initialiser.OfModel("as PyTorch starts each layer");

    public sealed override ModelGraph? Build(ModelSpec spec, List<GraphError> errors)
    {
        var arguments = spec.Arguments;
        if (!arguments.TryGet(data, out var kind))
        {
            return null;
        }

        var pictures = kind.Definition.Shape(kind.Arguments);
        var isGiven = arguments.TryGet(Initialisation, out var initialiser);
        var network = new GraphBuilder(pictures, isGiven ? initialiser : null, null);
        var roles = new RolesBuilder(network, spec.Name);
        var output = BuildRoles(roles, arguments, pictures.Shape, ImageCondition.Classes(arguments, condition));

        // A role that is missing may be the one whose weights it is for.
        if (output is not null)
        {
            CheckInitialiser(network, Initialisation, isGiven);
        }

        TrainingGroup.CheckBatch(arguments, training, network);
        errors.AddRange(network.Errors);
        CheckUnits(arguments, Parameters, "images", errors);
        if (Conflict(arguments) is { } conflict)
        {
            errors.Add(new GraphError(Rules.Conflict, GraphError.Model, ModelPrecision.Key.Name, new EquatableArray<string>([conflict])));
        }

        if (output is null || network.IsIncomplete || errors.Count > 0)
        {
            return null;
        }

        roles.Graph.Output = output;
        return new ModelGraph(spec, pictures, roles.Graph, network.Classes, network.BatchSplit, arguments.Get(ModelPrecision.Key));
    }

    public sealed override void WriteConstants(CodeWriter writer, ModelGraph model)
    {
        var arguments = model.Spec.Arguments;
        foreach (var (summary, name, value) in Sizes(arguments))
        {
            writer.Line($"/// <summary>{summary}</summary>");
            writer.Line(FormattableString.Invariant($"public const int {name} = {value};"));
            writer.Line();
        }

        ImageCondition.WriteConstant(writer, arguments, condition);
        if (arguments.TryGet(training, out var options))
        {
            OptionsWriter.Property(writer, "How the spec says to train it.", "Training", training, options, ModelPrecision.TrainingOptions(model));
            writer.Line();
        }
    }

    public sealed override void WriteMembers(CodeWriter writer, ModelGraph model, ModelFacts facts) => OverrideWriter.Members(writer,
    [
        $"global::System.ReadOnlySpan<long> ImageShape => {model.Data.Shape};",
        .. Members(model),
        .. ImageCondition.Members(model.Spec.Arguments, condition),
        .. TrainingGroup.Members(model, facts),
        .. ModelPrecision.Members(model),
        $"string Fingerprint => \"{facts.Fingerprint}\";",
        $"global::ModelGen.Training.Objective CreateObjective(global::ModelGen.Data.ImageDataset data) => {Objective(model.Spec.Arguments)};",
    ]);

    /// <summary>Builds and checks the roles, as far as the spec has them; gives the picture that comes out, or null where something is missing.</summary>
    protected abstract Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape picture, long classes);

    /// <summary>Sizes of the family's own that the class has as constants.</summary>
    protected abstract IEnumerable<(string Summary, string Name, long Value)> Sizes(Arguments arguments);

    /// <summary>What the class overrides besides, without the modifiers.</summary>
    protected abstract IEnumerable<string> Members(ModelGraph model);

    /// <summary>The C# that makes the objective from <c>data</c>.</summary>
    protected abstract string Objective(Arguments arguments);
}
