using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using SpotifyClientCredentials.Tests.Observe.Secrets;

namespace SpotifyClientCredentials.SystemTests.Secrets;

/// <summary>
/// Collects the secrets of a whole test run from the requests that carry them: .NET reports every request that goes to a socket to the
/// diagnostic listeners in the process.
/// </summary>
internal sealed class SentSecrets : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    // Shorter values can be ordinary words.
    private const int MinLength = 8;

    private readonly ConcurrentDictionary<string, string> _names = new();
    private readonly ConcurrentQueue<IDisposable> _subscriptions = new();

    public SentSecrets() => _subscriptions.Enqueue(DiagnosticListener.AllListeners.Subscribe(this));

    public int Count => _names.Count;

    public void AddTo(SecretSearch secrets)
    {
        foreach ((string secret, string name) in _names)
        {
            secrets.Add(name, secret);
        }
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "HttpHandlerDiagnosticListener")
        {
            _subscriptions.Enqueue(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == "System.Net.Http.HttpRequestOut.Start" &&
            value.Value!.GetType().GetProperty("Request")!.GetValue(value.Value) is HttpRequestMessage { Headers.Authorization: { Scheme: "Basic" or "Bearer", Parameter: { } credentials } authorization })
        {
            Add(authorization.Scheme == "Basic" ? "Basic value" : "token", credentials);
            // Tests of FakeSpotify also send malformed credentials.
            byte[] pair = new byte[credentials.Length];
            if (authorization.Scheme == "Basic" && Convert.TryFromBase64String(credentials, pair, out int written) &&
                Encoding.UTF8.GetString(pair, 0, written).Split(':', 2) is [_, string secret])
            {
                Add("client secret", secret);
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (IDisposable subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }

    private void Add(string name, string secret)
    {
        if (secret.Length >= MinLength)
        {
            _names.TryAdd(secret, name);
        }
    }
}
