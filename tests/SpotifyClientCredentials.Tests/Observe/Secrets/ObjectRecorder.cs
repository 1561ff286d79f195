using System.Collections;
using System.Collections.Concurrent;
using System.Text.Json;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Records what objects show of themselves as text, in a debugger and in JSON, and all that exceptions contain.</summary>
internal sealed class ObjectRecorder
{
    private readonly ConcurrentQueue<(string Channel, string Text)> _shown = new();

    public string TextOf(string channel) => string.Join('\n', _shown.Where(shown => shown.Channel == channel).Select(shown => shown.Text));

    public void Show(object value)
    {
        if (value is Exception exception)
        {
            ShowException(exception);
        }
        else
        {
            _shown.Enqueue(("ToString", $"{value}"));
            _shown.Enqueue(("JSON", Json(value)));
        }

        _shown.Enqueue(("debugger", DebuggerView.Of(value)));
    }

    public static string Json(object value)
    {
        try
        {
            return JsonSerializer.Serialize(value, value.GetType());
        }
        catch (NotSupportedException e)
        {
            return e.Message;
        }
    }

    private void ShowException(Exception exception)
    {
        List<object?> parts = [exception, exception.Message, exception.HelpLink, exception.Source];
        foreach (DictionaryEntry entry in exception.Data)
        {
            parts.AddRange([entry.Key, entry.Value]);
        }

        // System.Text.Json refuses exceptions as a whole.
        if (exception is TokenRequestException e)
        {
            parts.Add(JsonSerializer.Serialize(
                new { e.Message, e.Error, e.ErrorDescription, e.RetryAfter, e.StatusCode, e.HelpLink, e.Source }));
        }

        _shown.Enqueue(("exception", string.Join('\n', parts)));
        IEnumerable<Exception> inner = exception is AggregateException several ? several.InnerExceptions : [exception.InnerException!];
        foreach (Exception cause in inner.Where(cause => cause is not null))
        {
            ShowException(cause);
        }
    }
}
