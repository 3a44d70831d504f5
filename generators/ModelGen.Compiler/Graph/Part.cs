using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Graph;

/// <summary>A named member of a module class: the state of an operation, a module class, or a list of module classes.</summary>
/// <param name="name">Its name in state dictionaries.</param>
/// <param name="summary">A short description.</param>
/// <param name="origin">The layer it belongs to.</param>
internal sealed class Part(string name, string summary, int origin)
{
    /// <summary>Its name in state dictionaries.</summary>
    public string Name { get; } = name;

    /// <summary>A short description.</summary>
    public string Summary { get; } = summary;

    /// <summary>The layer it belongs to.</summary>
    public int Origin { get; } = origin;

    /// <summary>The operation whose state it holds; null for module classes.</summary>
    public Op? Op { get; init; }

    /// <summary>Its own parameters and buffers; none for module classes.</summary>
    public EquatableArray<StateEntry> State { get; init; }

    /// <summary>The weight of another part that it is made from.</summary>
    public Weight? MadeFrom { get; init; }

    /// <summary>The initialisation of parameters where it differs from their operation's default.</summary>
    public IReadOnlyList<Start> Starts { get; init; } = [];

    /// <summary>The module classes: none, one, or one for each repetition.</summary>
    public IReadOnlyList<ModuleGraph> Elements { get; init; } = [];

    /// <summary>Whether the classes form a list.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether it is a role, which the family's base class requires by name.</summary>
    public bool IsRole { get; init; }

    /// <summary>The number of parameters in it.</summary>
    public long ParameterCount =>
        Elements.Aggregate(
            State.Where(static entry => !entry.IsBuffer).Aggregate(0L, static (sum, entry) => checked(sum + entry.Count)),
            static (sum, element) => checked(sum + element.ParameterCount)
        );

    /// <summary>All its parameters with their names in state dictionaries, each with the part that holds it.</summary>
    public IEnumerable<(string Name, Part Holder, StateEntry Entry)> Parameters() =>
        State
            .Where(static entry => !entry.IsBuffer)
            .Select(entry => ($"{Name}.{entry.Name}", this, entry))
            .Concat(
                Elements.SelectMany(
                    (element, index) =>
                        element
                            .Parts.SelectMany(static part => part.Parameters())
                            .Select(inner => ($"{ElementName(index)}.{inner.Name}", inner.Holder, inner.Entry))
                )
            );

    /// <summary>The name of one of its module classes in state dictionaries.</summary>
    /// <param name="index">Which.</param>
    public string ElementName(int index) => IsList ? FormattableString.Invariant($"{Name}.{index}") : Name;

    /// <summary>All its parameters and buffers, with their names in state dictionaries.</summary>
    public IEnumerable<StateEntry> AllState() =>
        State
            .Select(entry => entry with { Name = $"{Name}.{entry.Name}" })
            .Concat(
                Elements.SelectMany((element, i) => element.State().Select(entry => entry with { Name = $"{ElementName(i)}.{entry.Name}" }))
            );

    /// <summary>One of its own parameters or buffers as an operand.</summary>
    public Weight Weight(string entry) => new(new EquatableArray<Part>([this]), State.First(own => own.Name == entry));
}

/// <summary>The initialisation of a parameter.</summary>
/// <param name="Entry">The parameter.</param>
/// <param name="Fill">What it is filled with.</param>
internal sealed record Start(StateEntry Entry, Fill Fill);

/// <summary>A parameter, or a buffer, which is state that is not trained.</summary>
internal sealed record StateEntry(string Name, EquatableArray<long> Shape, bool IsBuffer = false)
{
    public StateEntry(string name, params long[] shape)
        : this(name, new EquatableArray<long>(shape)) { }

    /// <summary>
    /// For each axis, the words of the model's constant for its length, or null where there is none; empty where no axis has one.
    /// </summary>
    public EquatableArray<string?> Constants { get; init; }

    /// <summary>Whether its elements are whole numbers of 64 bits rather than float32.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, static (product, length) => checked(product * length));

    /// <summary>Its shape as operations see it.</summary>
    public Shape TensorShape => new(new EquatableArray<Dim>(Shape.Select(static length => (Dim)length)));
}
