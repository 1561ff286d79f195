using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Writes what a debugger shows of an object, with all objects of this solution's types expanded.</summary>
internal sealed partial class DebuggerView
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly StringBuilder _text = new();
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    public static string Of(object root)
    {
        DebuggerView view = new();
        view.Write("root", root);
        return view._text.ToString();
    }

    private void Write(string name, object? value)
    {
        if (value is null)
        {
            return;
        }

        _text.Append(name).Append(" = ").AppendLine(Display(value));
        Type type = value.GetType();
        if (!IsExpanded(type) || !_seen.Add(value))
        {
            return;
        }

        if (value is Array items)
        {
            foreach (object? item in items)
            {
                Write("item", item);
            }

            return;
        }

        if (type.GetCustomAttribute<DebuggerTypeProxyAttribute>() is { } proxy)
        {
            Write("proxy", Activator.CreateInstance(Type.GetType(proxy.ProxyTypeName, throwOnError: true)!, value));
            return;
        }

        foreach (PropertyInfo property in type.GetProperties(All).Where(property => property.GetIndexParameters().Length == 0 && IsShown(property)))
        {
            Write(property.Name, Read(property, value));
        }

        foreach (FieldInfo field in type.GetFields(All).Where(field => IsShown(field) && field.GetCustomAttribute<CompilerGeneratedAttribute>() is null))
        {
            Write(field.Name, field.GetValue(value));
        }
    }

    private static bool IsExpanded(Type type) => type.Assembly.GetName().Name!.StartsWith(nameof(SpotifyClientCredentials), StringComparison.Ordinal);

    private static bool IsShown(MemberInfo member) => member.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State != DebuggerBrowsableState.Never;

    private static object? Read(PropertyInfo property, object value)
    {
        try
        {
            return property.GetValue(value);
        }
        catch (TargetInvocationException e)
        {
            return e.InnerException?.Message;
        }
    }

    private static string Display(object value) => IsExpanded(value.GetType()) && value.GetType().GetCustomAttribute<DebuggerDisplayAttribute>() is { } display
        ? Expression().Replace(display.Value, match => match.Groups[1].Value == "ToString()"
            ? value.ToString()!
            : value.GetType().GetProperty(match.Groups[1].Value, All)!.GetValue(value)?.ToString() ?? "")
        : value.ToString() ?? "";

    [GeneratedRegex(@"\{([^,}]+)(,nq)?\}")]
    private static partial Regex Expression();
}
