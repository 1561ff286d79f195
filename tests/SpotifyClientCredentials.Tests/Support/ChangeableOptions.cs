using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Options that the test changes, like those from a configuration that reloads.</summary>
internal sealed class ChangeableOptions : IOptionsFactory<SpotifyClientCredentialsOptions>, IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>
{
    private Action? _changed;

    public string Name => Options.DefaultName;

    public int Secret { get; set; }

    public TimeSpan RenewalWindow { get; set; } = TimeSpan.FromMinutes(5);

    public TokenSharingOptions? Sharing { get; set; }

    public bool IsValid { get; set; } = true;

    public SpotifyClientCredentialsOptions Create(string name) => IsValid
        ? TestOptions.Create(options => (options.ClientSecret, options.RenewalWindow, options.Sharing) = ($"secret-{Secret}", RenewalWindow, Sharing))
        : throw new OptionsValidationException(name, typeof(SpotifyClientCredentialsOptions), ["scripted"]);

    public IChangeToken GetChangeToken() => new Change(this);

    public void Fire() => Interlocked.Exchange(ref _changed, null)?.Invoke();

    private sealed class Change(ChangeableOptions options) : IChangeToken
    {
        public bool HasChanged => false;

        public bool ActiveChangeCallbacks => true;

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state)
        {
            Action invoke = () => callback(state);
            options._changed += invoke;
            return new Registration(() => options._changed -= invoke);
        }
    }

    private sealed class Registration(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
