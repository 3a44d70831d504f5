using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Families;

/// <summary>What families have in common that make pictures from a latent space, asked for a class or not.</summary>
internal abstract class LatentFamily(string word, string summary, GroupParameter condition, GroupParameter training, params Parameter[] parameters)
    : Family(word, summary, parameters)
{
    /// <summary>The size of the latent space.</summary>
    protected static readonly IntegerParameter Latent = new("latent", "how many axes the latent space has") { IsRequired = true, Maximum = 1 << 20 };

    /// <summary>How weights start.</summary>
    protected static readonly WordParameter<Initialiser> Initialisation = Initialiser.OfModel("as PyTorch starts each layer");

    public sealed override ModelGraph? Build(ModelSpec spec, List<GraphError> errors)
    {
        var arguments = spec.Arguments;
        if (!arguments.TryGet(Pictures, out var kind) || Shape(kind, errors) is not { } data || !arguments.TryGet(Latent, out var latent))
        {
            return null;
        }

        var isGiven = arguments.TryGet(Initialisation, out var initialiser);
        var network = new NetworkBuilder(data, isGiven ? initialiser : null, null);
        var roles = new RolesBuilder(network, spec.Name);
        var output = BuildRoles(roles, arguments, data.Shape, latent, ImageCondition.Classes(arguments, condition));
        CheckInitialiser(network, Initialisation, isGiven);
        errors.AddRange(network.Errors);
        CheckUnits(arguments, Parameters, "images", errors);
        if (output is null || network.IsIncomplete || errors.Count > 0)
        {
            return null;
        }

        roles.Graph.Output = output;
        return new ModelGraph(spec, data, roles.Graph, network.Classes);
    }

    public sealed override void WriteConstants(CodeWriter writer, ModelGraph model)
    {
        var arguments = model.Spec.Arguments;
        writer.Line("/// <summary>How many axes the latent space has.</summary>");
        writer.Line(FormattableString.Invariant($"public const int Latent = {arguments.Get(Latent)};"));
        writer.Line();
        ImageCondition.WriteConstant(writer, arguments, condition);
        if (arguments.TryGet(training, out var options))
        {
            OptionsWriter.Property(writer, "How the spec says to train it.", "Training", training, options);
            writer.Line();
        }
    }

    public sealed override void WriteMembers(CodeWriter writer, ModelGraph model) => OverrideWriter.Members(writer,
    [
        $"global::System.ReadOnlySpan<long> ImageShape => {model.Data.Shape};",
        "int LatentSize => Latent;",
        .. ImageCondition.Members(model.Spec.Arguments, condition),
        $"string Fingerprint => \"{Fingerprint.Of(model)}\";",
        $"global::ModelGen.Training.Objective CreateObjective(global::ModelGen.Data.ImageDataset data) => {Objective(model.Spec.Arguments)};",
    ]);

    /// <summary>The key of the pictures.</summary>
    protected abstract WordParameter<DataKind> Pictures { get; }

    /// <summary>Builds and checks the roles, as far as the spec has them; gives the picture that comes out, or null where something is missing.</summary>
    protected abstract Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape picture, long latent, long classes);

    /// <summary>The C# that makes the objective from <c>data</c>.</summary>
    protected abstract string Objective(Arguments arguments);
}
