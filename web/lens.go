package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// The ways to look at a level.
const (
	filterView       = "filter"       // its weights
	maximizationView = "maximization" // what drives each unit up
	patchesView      = "patches"      // the strongest patches of a probe
	projectionView   = "projection"   // what in these patches drives the unit
	mapsView         = "maps"         // what each unit makes of one image
)

// classesLevel names the last layer, whose units are the classes.
const classesLevel = "classes"

// rules are the names of the ways to project a patch; the first is the
// default.
var rules = []string{"guided", "deconvnet", "gradient"}

var ruleOf = map[string]nn.Rule{"guided": nn.Guided, "deconvnet": nn.Deconvnet, "gradient": nn.Plain}

// The scales of filters' colours; the first is the default.
const (
	levelScale = "level" // one for all units
	unitScale  = "unit"  // each unit its own
)

var (
	views  = []string{filterView, maximizationView, patchesView, projectionView, mapsView}
	scales = []string{levelScale, unitScale}
)

// version is a parameter that means nothing here: browsers keep pictures of a
// step for ever, and ask by another address for those of the same step after
// units were changed at it.
const version = "v"

// A lens is a level and how it is looked at. What does not matter for its view
// is zero.
type lens struct {
	Level     string `json:"level"`
	View      string `json:"view"`
	Rule      string `json:"rule,omitempty"`
	Scale     string `json:"scale,omitempty"`
	Untrained bool   `json:"untrained,omitempty"` // with the weights of step 0
	Image     int    `json:"image,omitempty"`     // of maps: index in the test set
}

// key tells lenses apart, as a part of a name.
func (l lens) key() string {
	return fmt.Sprintf("%s/%s/%s/%s/%t/%d", l.Level, l.View, l.Rule, l.Scale, l.Untrained, l.Image)
}

// layerOf is the index in a.Layers of a level, a convolution or the classes.
func layerOf(a *nn.Architecture, level string) (int, error) {
	if level == classesLevel {
		return len(a.Layers) - 1, nil
	}
	layer, err := a.Level(level)
	if err != nil {
		return 0, notFoundf("%v, and %s", err, classesLevel)
	}
	return layer, nil
}

// levelOfLayer is the name of a layer as a level: that of the convolution or
// classes; "" for another.
func levelOfLayer(a *nn.Architecture, layer int) string {
	switch {
	case layer == len(a.Layers)-1:
		return classesLevel
	case a.Layers[layer].Kind == nn.Conv:
		return a.Layers[layer].Name
	}
	return ""
}

// complete checks a lens and fills in the defaults.
func (l lens) complete(a *nn.Architecture, data *digits.Data) (lens, error) {
	if err := l.checkWords(); err != nil {
		return l, err
	}
	layer, err := layerOf(a, l.Level)
	if err != nil {
		return l, err
	}
	l.View = cmp.Or(l.View, defaultView(a, layer))
	if l.View == mapsView && l.Level == classesLevel {
		return l, notFoundf("a class has one number for an image, its logit, and no feature map; use a convolution")
	}
	if l.View == mapsView && (l.Image < 0 || l.Image >= data.Test.Len()) {
		return l, badRequest("image: %d is impossible; the test set has images 0 to %d", l.Image, data.Test.Len()-1)
	}
	whole := lens{Level: l.Level, View: l.View, Untrained: l.Untrained}
	switch l.View {
	case projectionView:
		whole.Rule = cmp.Or(l.Rule, rules[0])
	case filterView:
		whole.Scale = cmp.Or(l.Scale, scales[0])
	case mapsView:
		whole.Image = l.Image
	}
	return whole, nil
}

// checkWords refuses words that no lens knows.
func (l lens) checkWords() error {
	for _, word := range []struct {
		name, value string
		known       []string
	}{{"view", l.View, views}, {"rule", l.Rule, rules}, {"scale", l.Scale, scales}} {
		if word.value != "" && !slices.Contains(word.known, word.value) {
			return badRequest("%s: %q is not known; use one of %q", word.name, word.value, word.known)
		}
	}
	return nil
}

func defaultView(a *nn.Architecture, layer int) string {
	if convs := a.Convolutions(); len(convs) > 0 && layer == convs[0] {
		return filterView
	}
	return maximizationView
}

// defaultLenses are what a browser sees that asks for nothing else.
func defaultLenses(a *nn.Architecture) []lens {
	var all []lens
	for _, level := range append(levelNames(a), classesLevel) {
		l, err := lens{Level: level}.complete(a, nil)
		if err != nil {
			panic(err) // every level has a default view, which needs no data
		}
		all = append(all, l)
	}
	return all
}

func levelNames(a *nn.Architecture) []string {
	var names []string
	for _, level := range a.Levels() {
		names = append(names, level.Name)
	}
	return names
}

// lensOf reads a lens from a request's parameters.
func lensOf(r *http.Request, level string, more ...string) (lens, query, error) {
	q, err := queryOf(r, append([]string{"view", "rule", "scale", "untrained", "image", version}, more...)...)
	if err != nil {
		return lens{}, q, err
	}
	l := lens{Level: level, View: q.values.Get("view"), Rule: q.values.Get("rule"), Scale: q.values.Get("scale")}
	if l.Untrained, err = q.flag("untrained"); err != nil {
		return l, q, err
	}
	l.Image, err = q.integer("image", 0, 0, 1<<30)
	return l, q, err
}

// flag reads a switch: 1 or true, 0 or false, or left out.
func (q query) flag(name string) (bool, error) {
	switch q.values.Get(name) {
	case "1", "true":
		return true, nil
	case "", "0", "false":
		return false, nil
	}
	return false, badRequest("%s: %q is not known; use 1 or 0", name, q.values.Get(name))
}

// settings are a lens's choices in words, for a picture's metadata.
func (l lens) settings() map[string]string {
	settings := map[string]string{}
	for name, value := range map[string]string{"view": l.View, "rule": l.Rule, "scale": l.Scale} {
		if value != "" {
			settings[name] = value
		}
	}
	if l.Untrained {
		settings["untrained"] = "true"
	}
	return settings
}
