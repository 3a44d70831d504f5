using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp.Operations;

/// <summary>The C# of an operation's operands.</summary>
/// <param name="operation">The operation.</param>
/// <param name="names">The names of its class.</param>
/// <param name="loop">The module and the input of a call, where these are variables of a loop.</param>
internal sealed class Operands(Operation operation, ClassNames names, (string Module, string Input)? loop = null)
{
    /// <summary>The variable of a decoding step.</summary>
    public string Step => names.StepName;

    /// <summary>The short names of the file.</summary>
    public ShortNames Code => names.Code;

    /// <summary>The number of operands.</summary>
    public int Count => operation.Operands.Count;

    /// <summary>
    /// The module that the operation calls, or the one that was made for it alone and holds all its weights; null where there is none.
    /// </summary>
    public string? Module { get; } =
        loop is { } each ? each.Module
        : operation.Callee is { } callee ? names.Of(callee)
        : operation.Module is { } part ? names.Of(part)
        : null;

    /// <summary>The list of module classes that a mixture of experts calls.</summary>
    public string Experts => names.Of(operation.Experts!);

    /// <summary>An operand; TorchSharp's properties for weights are nullable, but never null here.</summary>
    public string this[int index] => operation.Operands[index] is Weight ? Nullable(index) + "!" : Nullable(index);

    /// <summary>An operand where null is allowed.</summary>
    public string Nullable(int index) => loop is { } each ? each.Input : names.Of(operation.Operands[index]);

    /// <summary>The shape of an operand, without the batch.</summary>
    public Shape Shape(int index) => operation.Operands[index].Shape;

    /// <summary>A call of a function that takes each row of a decoding step by itself.</summary>
    /// <param name="function">The function of a variable's name.</param>
    public string EachRow(Func<string, string> function) => $"{Step}.EachRow({this[0]}, static row => {function("row")})";

    /// <summary>A call of the module in a decoding step.</summary>
    public string StepModule()
    {
        var all = string.Join(", ", Enumerable.Range(0, Count).Select(i => this[i]));
        return $"{Module}.Step({(Count == 1 ? all : $"({all})")}, {Step})";
    }

    /// <summary>A call of the module, whose inputs are one argument: several are a tuple.</summary>
    public string CallModule()
    {
        var all = string.Join(", ", Enumerable.Range(0, Count).Select(i => this[i]));
        return $"{Module}.call({(operation.Callee is null || Count == 1 ? this[0] : $"({all})")})";
    }
}
