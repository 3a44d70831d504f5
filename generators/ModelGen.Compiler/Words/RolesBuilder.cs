using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>
/// Builds the model's own class if it has no layers itself but holds several roles, along with modules that the family adds.
/// </summary>
internal sealed class RolesBuilder
{
    /// <param name="model">The model that the roles belong to.</param>
    /// <param name="name">The model's name.</param>
    public RolesBuilder(GraphBuilder model, string name)
    {
        Model = model;
        var data = model.Data;
        Graph = new ModuleGraph(name, new Value(data.Shape, data.Type, new Trail(null, $"data: {data.Shape}"), -1));
    }

    /// <summary>The model that the roles belong to.</summary>
    public GraphBuilder Model { get; }

    /// <summary>The shape and type of the data.</summary>
    public DataShape Data => Model.Data;

    /// <summary>The model's class.</summary>
    public ModuleGraph Graph { get; }

    /// <summary>Adds a role: a module class under a property of its name. Null if it cannot be built.</summary>
    /// <param name="role">Its key.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="before">How that shape came about, if another role gave it.</param>
    /// <param name="isDifferentiatedTwice">Whether training differentiates its gradient.</param>
    /// <param name="type">The type of its input's elements.</param>
    /// <param name="sides">Its side inputs.</param>
    public ModuleGraph? Role(
        string role,
        EquatableArray<LayerSpec> layers,
        Shape input,
        Trail? before = null,
        bool isDifferentiatedTwice = false,
        ElementType type = ElementType.Number,
        params IReadOnlyList<Side> sides
    )
    {
        if (Model.Role(role, layers, input, before, isDifferentiatedTwice, type, sides) is not { } graph)
        {
            return null;
        }

        Graph.Parts.Add(new Part(role, role, GraphError.Model) { Elements = [graph], IsRole = true });
        Graph.Rows.Add(new LayerRow(role, graph.Output.Shape, graph.ParameterCount, 0, graph, 0, 1, GraphError.Model));
        return graph;
    }

    /// <summary>Whether a role's result has the shape that the family needs; reports it if not.</summary>
    /// <param name="role">The role.</param>
    /// <param name="graph">Its class.</param>
    /// <param name="needs">What needs the shape: "a vae".</param>
    /// <param name="isWanted">Whether a shape is right.</param>
    /// <param name="wanted">The right shape in words.</param>
    public bool Gives(string role, ModuleGraph? graph, string needs, Func<Shape, bool> isWanted, string wanted)
    {
        if (graph is null || isWanted(graph.Output.Shape))
        {
            return graph is not null;
        }

        Model.Report(
            Rules.OutputShape,
            graph.Output.Origin,
            null,
            $"the {role}",
            graph.Output.Description,
            needs,
            wanted,
            graph.Output.Trail.ToString()
        );
        return false;
    }

    /// <summary>Reports a conflict.</summary>
    /// <param name="key">The key that says it.</param>
    /// <param name="conflict">What is wrong, as a sentence.</param>
    public void Report(string key, string conflict) => Model.Report(Rules.Conflict, GraphError.Model, key, conflict);

    /// <summary>Adds a linear map over features, whose weight is initialised as the model says.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="from">How many features come in.</param>
    /// <param name="to">How many go out.</param>
    /// <param name="constant">The name, in words, of the model's constant for how many go out; null for none.</param>
    public void Linear(string name, long from, long to, string? constant = null) =>
        Add(
            name,
            new Linear(),
            [new Shape(from)],
            Model.Initialiser(endsBranch: false),
            new StateEntry("weight", to, from) { Constants = new([constant, null]) },
            new("bias", to)
        );

    /// <summary>Adds a learned vector for each class, drawn from N(0, 1).</summary>
    public void Embedding(string name, long classes, long width) => Add(name, new Embed(), [new Shape()], ForEachClass(classes, width));

    /// <summary>Adds a learned vector for each class, initialised as the model says, else as given.</summary>
    public void Embedding(string name, long classes, long width, Configured<Initialiser> otherwise) =>
        Add(name, new Embed(), [new Shape()], Model.Initialiser(endsBranch: false) ?? otherwise, ForEachClass(classes, width));

    /// <summary>
    /// Adds the state of an operation that the family applies to tensors of the given shapes, with the operation's default initialisation.
    /// </summary>
    public void Add(string name, Op op, IReadOnlyList<Shape> tensors, params IReadOnlyList<StateEntry> state) =>
        Add(name, op, tensors, null, state);

    private static StateEntry ForEachClass(long classes, long width) =>
        new("weight", classes, width) { Constants = new([ClassConditioning.ClassCount, null]) };

    private void Add(
        string name,
        Op op,
        IReadOnlyList<Shape> tensors,
        Configured<Initialiser>? initialiser,
        params IReadOnlyList<StateEntry> state
    )
    {
        var part = new Part(WordRules.StateName(name), name, GraphError.Model)
        {
            Op = op,
            State = new EquatableArray<StateEntry>(state),
            Starts = GraphBuilder.Starts(state, initialiser),
            IsRole = true,
        };
        Graph.Parts.Add(part);
        IReadOnlyList<Shape> operands = [.. tensors, .. state.Select(static entry => entry.TensorShape)];
        if (op is not LogLikelihood)
        {
            Graph.Rows.Add(
                new LayerRow(name, op.Infer(operands), part.ParameterCount, op.MultiplyAdds(operands), null, 0, 1, GraphError.Model)
            );
        }
    }
}
